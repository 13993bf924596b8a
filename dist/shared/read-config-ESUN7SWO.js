import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{a}from"./chunk-Z24BA6HZ.js";import"./chunk-NZUIWHVJ.js";import"./chunk-ZOTYCOPL.js";import"./chunk-ZQPJDVL2.js";import"./chunk-DA25B5AF.js";import"./chunk-IWZWFJ4L.js";import"./chunk-S2MCHZGW.js";import"./chunk-Z7ZETGH3.js";import"./chunk-25SWBDZ2.js";import"./chunk-N4V5QXJV.js";export{a as readConfig};
