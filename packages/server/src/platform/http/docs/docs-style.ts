/** The page's whole style: the console's colours and sizes, light and dark, readable on a phone and in print. */
export const DOCS_STYLE = `
:root{--bg:#F5F6F5;--card:#fff;--line:#E8EBE9;--edge:#DCE0DD;--text:#1B1F1D;--soft:#535D58;--faint:#67716B;--fill:#F0F2F1;--code:#F7F8F7;--accent:#2F7D5C;--accent-bg:#EBF4EF;--get:#1F5FB0;--get-bg:#EAF1FA;--put:#A85E00;--put-bg:#FBF0E4;--del:#C4372B;--del-bg:#FCEEEC}
@media (prefers-color-scheme:dark){:root{--bg:#121513;--card:#1A1D1B;--line:#2A2F2C;--edge:#373D3A;--text:#E8ECEA;--soft:#B4BDB8;--faint:#8F9994;--fill:#262B28;--code:#1F2321;--accent:#5DBB94;--accent-bg:#1B2F26;--get:#8FC0FF;--get-bg:#1A2836;--put:#F0B05A;--put-bg:#332716;--del:#FF8578;--del-bg:#3A211E}}
*{box-sizing:border-box}
html{scroll-padding-top:16px}
body{margin:0;background:var(--bg);color:var(--text);font:13px/20px Inter,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans SC",sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,pre{font:12px/18px "JetBrains Mono","SF Mono",Consolas,"Noto Sans Mono CJK SC",monospace}
.page{display:grid;grid-template-columns:248px minmax(0,1fr);max-width:1480px;margin:0 auto}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:18px 12px 40px 20px;border-right:1px solid var(--line)}
nav h2{font-size:12px;line-height:18px;font-weight:600;color:var(--faint);margin:16px 0 4px}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:block;padding:3px 8px;border-radius:6px;color:var(--soft);overflow-wrap:anywhere}
nav li a:hover{background:var(--fill);color:var(--text);text-decoration:none}
.brand{display:flex;align-items:center;gap:8px;font-size:16px;font-weight:600;color:var(--text)}
.brand img{width:22px;height:22px}
main{padding:20px 28px 80px;min-width:0}
header.top{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;margin-bottom:14px}
header.top h1{font-size:20px;line-height:28px;font-weight:600;margin:0}
header.top .end{margin-left:auto;display:flex;gap:16px}
.intro{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:12px;margin-bottom:8px}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px}
.card h3{font-size:14px;line-height:22px;font-weight:600;margin:0 0 6px}
.card p{margin:0 0 8px;color:var(--soft)}.card p:last-child{margin:0}
main>section>h2{font-size:16px;line-height:24px;font-weight:600;margin:28px 0 10px}
article.card{margin-bottom:12px;padding:0;overflow:hidden}
article>header{padding:12px 14px;border-bottom:1px solid var(--line)}
article h3{display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px;font-size:14px;line-height:22px;font-weight:600;margin:0}
article h3 a{color:inherit}
.address{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;margin-top:4px;color:var(--soft)}
.address code{overflow-wrap:anywhere}
.method{font:600 11px/18px "SF Mono",Consolas,monospace;padding:0 7px;border-radius:4px;background:var(--fill);color:var(--soft)}
.method.get{background:var(--get-bg);color:var(--get)}.method.post{background:var(--accent-bg);color:var(--accent)}
.method.patch,.method.put{background:var(--put-bg);color:var(--put)}.method.delete{background:var(--del-bg);color:var(--del)}
.who{font-size:12px;color:var(--faint)}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.columns>div{padding:12px 14px;min-width:0}
.columns>div+div{border-left:1px solid var(--line);background:var(--code)}
h4{font-size:12px;line-height:18px;font-weight:600;color:var(--faint);margin:0 0 4px}h4:not(:first-child){margin-top:14px}
.fields{list-style:none;margin:0;padding:0}.fields .fields{margin:4px 0 4px 8px;padding-left:12px;border-left:1px solid var(--edge)}
.fields li{padding:4px 0;border-top:1px solid var(--line)}.fields>li:first-child{border-top:0}
.name{font-weight:600;color:var(--text)}
.type,.note{font-size:12px;color:var(--faint)}.note{margin-left:4px}
.required{font-size:11px;color:var(--put)}
.about{display:block;color:var(--soft)}.choices{display:block}.choices code{background:var(--fill);border-radius:4px;padding:0 4px;font-size:11px}
summary{cursor:pointer;list-style-position:inside}
pre{margin:0;padding:0;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--soft)}
.errors{margin-top:14px;font-size:12px;color:var(--faint)}
@media (max-width:1100px){.columns{grid-template-columns:minmax(0,1fr)}.columns>div+div{border-left:0;border-top:1px solid var(--line)}}
@media (max-width:767px){.page{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line);padding:14px 20px}nav ul,nav h2{display:none}main{padding:14px 16px 60px}header.top .end{margin-left:0}}
@media print{nav{display:none}.page{display:block}}
`;
