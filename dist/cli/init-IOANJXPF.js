import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{b as p,c,e as m}from"./chunk-W5CXC4PL.js";import{a as l}from"./chunk-M3H5LVIO.js";import"./chunk-PJ5YUIYF.js";import"./chunk-YEMVFUMX.js";import{a as f,b as g}from"./chunk-6AMCMPMK.js";import"./chunk-S2HURLEF.js";import"./chunk-TJDYVMYH.js";import"./chunk-TFMCDQTT.js";import"./chunk-GZUVGZHG.js";import"./chunk-D436MZYM.js";import"./chunk-IZKKBIXE.js";import"./chunk-OOEDKO62.js";import{writeFileSync as S}from"node:fs";import{join as C}from"node:path";function w(t){return`# yaml-language-server: $schema=https://unpkg.com/cilium-align/schema/config.schema.json
# How cilium-align reads this repository. Every key may be left out: it then infers, or does what is written here.

# What stands below these paths (a file, a folder, or a list of them) speaks for a cluster; a side without one is inferred.
${t.length>0?`clusters:
${b(t).join(`
`)}`:y}

# The exit code is 1 from this level on: error, warning, note or never.
fail-on: error

# Whether it is 1 too where something that could be an error cannot be known: fail or warn.
undecided: fail

# Other levels than the built-in ones (error, warning, note), by rule or setting. \`cilium-align explain NAME\` says what each is.
# levels:
#   operator.replicas: note

# Differences and findings that are meant to be, by setting or rule. The reason is shown in every report; after \`until\` they count again.
# allow:
#   - setting: operator.replicas
#     reason: one control plane at first, three later
#     until: 2030-01-31
`}var y=`# clusters:
#   - name: homelab
#     talos: talos
#     bootstrap: bootstrap
#     argocd: apps/cilium`,$=["talos","bootstrap","argocd"];function b(t){let o=new Set;return t.flatMap(r=>{let n=E(r,o);return o.add(n),[`  - name: ${d(n)}`,...$.flatMap(e=>{let i=h(r,e);if(i.length===0)return[`    # ${e}: nothing was found`];let a=new Set(t.filter(s=>s!==r).flatMap(s=>h(s,e))),u=i.find(s=>!a.has(s));return[u===void 0?`    # ${e}: every file that it reads speaks for another cluster too`:`    ${e}: ${d(u)}`]})]})}function h({talos:t,bootstrap:o,argocd:r},n){let e=n==="talos"?t:(n==="bootstrap"?o:r)?.declaration;return e?[e.place.file,...e.files]:[]}function E({name:t},o){let r=(t??"main").replace(/[^\w.:@/() -]/g,"-").replace(/^[^A-Za-z0-9]+/,"").slice(0,90),n=g.test(r)?r:"cluster",e=n;for(let i=2;o.has(e);i++)e=`${n} (${i})`;return e}function d(t){return/^[A-Za-z][\w./-]*[\w/]$/.test(t)&&!/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(t)?t:JSON.stringify(t)}function j(t,o){let r=m(t);if(r.file(c)!==void 0)throw new l(`${c} is there; call it ${f} or delete it`);let n=w(p(r,{}).clusters),e=C(t,f);try{S(e,n,{flag:"wx"})}catch(i){let a=i.code;throw new l(a==="EEXIST"?`${e} exists; init overwrites nothing: edit it, or delete it first`:`cannot write ${e} (${a??"unknown error"})`)}o.stdout(`wrote ${e}

${n}`)}export{j as writeConfiguration};
