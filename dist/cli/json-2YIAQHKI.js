import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{b as n}from"./chunk-YEMVFUMX.js";import"./chunk-OOEDKO62.js";function o(e){return`${JSON.stringify(e,null,2).split(`
`).map(n).join(`
`).replaceAll("##[","#\\u0023[")}
`}export{o as renderJson};
