import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
function r(o,O){return O.NO_COLOR?!1:O.FORCE_COLOR!==void 0&&O.FORCE_COLOR!=="0"&&O.FORCE_COLOR!=="false"?!0:o&&O.TERM!=="dumb"}export{r as a};
