"""Names behind which a year is a part of the name: ``ICLR 2025`` and ``COCO 2017`` are no days."""

_MEETINGS = """
aaai aacl aamas accv acl aistats asru automl bmvc ccs chi cikm clef coling colm colt conll corl cscw cvpr eacl ecai eccv
ecir ecml emnlp esorics eurocrypt eurosys facct focs hotnets hpca hri icann icaps icassp icaart iccad iccv icdar icde
icdm icip iclr icml icmr icpr icra icse icwsm ijcai ijcnlp ijcnn infocom interspeech iros isbi isca iscas isit ismar
ismir isscc itsc iui jcdl kdd lrec miccai midl mlsys mobicom mobisys naacl ndss neurips nips nsdi odyssey oopsla osdi
pakdd pldi podc popl recsys rss sdm sensys siggraph sigcomm sigdial sigir sigmod soda sosp stoc uai ubicomp uist usenix
vldb wacv webconf wsdm www
"""
_DATA_AND_CONTESTS = """
aime aimo amc asvspoof bea brats casp cmimc coco davis dcase gaokao hmmt ilsvrc imagenet imo inat inaturalist ioi isic
iwslt kitti lsvrc miniimagenet mot mscoco pascal physionet putnam semeval tac trec trecvid usaco usajmo usamo voc vos
vot voxsrc wmt
"""
_NAMES = frozenset(f"{_MEETINGS} {_DATA_AND_CONTESTS}".split())


def is_venue(word: str) -> bool:
    """Return whether a year behind this word belongs to it: a meeting, a contest or a data set, whatever its case."""
    return word.lower().rsplit("-", 1)[-1] in _NAMES
