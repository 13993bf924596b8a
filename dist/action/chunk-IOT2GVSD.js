import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
function e(n,t){return t===""?`${n}:`:`${n}:/${t}`}function s(n,t){let r=`${n}:/`;return t.startsWith(r)?t.slice(r.length):void 0}function i(n){return/^([^/:]+):\//.exec(n)?.[1]}function o(n){let t=i(n);return t===void 0?n:n.slice(t.length+2)}export{e as a,s as b,i as c,o as d};
