import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
var o=/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,a=/##\[|::(?=(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)/gi;function p(n,e=400){let t=n.length>e?`${n.slice(0,e-1)}\u2026`:n;return s(t.replace(/\n/g,"\u23CE").replace(/\t/g," ")).replace(a,r=>`${r[0]} ${r.slice(1)}`)}function s(n){return n.replace(o,e=>[...Array(e.length).keys()].map(t=>`\\u${e.charCodeAt(t).toString(16).padStart(4,"0")}`).join(""))}function c(n){return`${JSON.stringify(n,null,2).split(`
`).map(s).join(`
`).replaceAll("##[","#\\u0023[")}
`}export{p as a,c as b};
