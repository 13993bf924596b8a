import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
function r(o){return"bootstrap"in o}export{r as a};
