import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
var e=".cilium-align.yaml",r=e.replace(/yaml$/,"yml"),l=/^[A-Za-z0-9][\w.:@/() -]{0,99}$/;export{e as a,r as b,l as c};
