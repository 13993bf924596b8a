import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{b as r}from"./chunk-SB6Q5J45.js";import"./chunk-N4V5QXJV.js";function e(o){return r(o)}export{e as renderJson};
