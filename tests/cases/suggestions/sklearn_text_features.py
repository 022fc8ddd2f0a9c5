"""Classification of texts by their words, in the style of scikit-learn's example for sparse features."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline

WORDS = "ball goal team match win court judge law crime appeal".split()
texts = [" ".join(WORDS[(i * j) % 10] for j in range(1, 12)) for i in range(200)]
labels = [i % 2 for i in range(200)]

vectorizer = TfidfVectorizer(sublinear_tf=True, max_df=0.9, min_df=2, ngram_range=(1, 2), max_features=2000)
clf = SGDClassifier(loss="log_loss", penalty="l2", alpha=1e-4, max_iter=50, random_state=3)
model = make_pipeline(vectorizer, clf)
model.fit(texts[:150], labels[:150])
score = f1_score(labels[150:], model.predict(texts[150:]))

baseline = make_pipeline(TfidfVectorizer(), ComplementNB(alpha=0.1))
baseline.fit(texts[:150], labels[:150])
print(score, f1_score(labels[150:], baseline.predict(texts[150:])))

# output
# no.  where        today               search
#   1  model.py:13  sublinear_tf=True   choice([True, False])
#   2  model.py:13  max_df=0.9          uniform(0.5, 1)
#   3  model.py:13  min_df=2            uniformint(1, 10)
#   4  model.py:13  ngram_range=(1, 2)  choice([(1, 1), (1, 2), (1, 3)])
#   5  model.py:13  max_features=2000   quniform(500, 8000, 500, log=True)
#   6  model.py:14  penalty="l2"        choice(["l2", "l1", "elasticnet"])
#   7  model.py:14  alpha=1e-4          uniform(1e-6, 0.01, log=True)
