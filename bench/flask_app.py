"""What a user of Flask puts around the pickled pipeline; gunicorn runs it. MODEL_FOLDER in the
environment is where the files of pipeline.py are."""
import functools
import os

import flask
import joblib
import pipeline

# As NLTK does by itself: WordNet is read once a process, not once a request.
pipeline.wordnet.load_lemmatizer = functools.cache(pipeline.wordnet.load_lemmatizer)

stages = [joblib.load(os.path.join(os.environ["MODEL_FOLDER"], name + ".pkl"))
          for name in pipeline.STAGES]
app = flask.Flask(__name__)


@app.post("/predict")
def predict():
    vectorizer, lda, forest = stages
    text = flask.request.get_json()["text"]
    shares = forest.predict_proba(lda.transform(vectorizer.transform([text])))[0]
    best = shares.argmax()
    return {"label": forest.classes_[best], "probability": shares[best],
            "probabilities": dict(zip(forest.classes_, shares))}
