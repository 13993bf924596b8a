import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{a}from"./chunk-4HAHGPB3.js";import"./chunk-NZUIWHVJ.js";import"./chunk-QFWSVBKA.js";import"./chunk-QI2P4SNW.js";import"./chunk-FYYLS4EK.js";import"./chunk-IWZWFJ4L.js";import"./chunk-LRICNY5G.js";import"./chunk-MGH7BRRA.js";import"./chunk-BAX4SXMG.js";import"./chunk-N4V5QXJV.js";export{a as readConfig};
