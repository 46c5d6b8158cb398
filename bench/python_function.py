"""A Lambda function in Python, without a server around the pickled pipeline: it asks the Runtime API
for events and answers them. MODEL_FOLDER in the environment is where the files of pipeline.py are."""
import functools
import http.client
import json
import os

import joblib
import pipeline

# As NLTK does by itself: WordNet is read once a process, not once a request.
pipeline.wordnet.load_lemmatizer = functools.cache(pipeline.wordnet.load_lemmatizer)

vectorizer, lda, forest = [joblib.load(os.path.join(os.environ["MODEL_FOLDER"], name + ".pkl"))
                           for name in pipeline.STAGES]
runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
START = "/2018-06-01/runtime/invocation/"

while True:
    runtime.request("GET", START + "next")
    event = runtime.getresponse()
    text = json.loads(event.read())["text"]
    shares = forest.predict_proba(lda.transform(vectorizer.transform([text])))[0]
    best = shares.argmax()
    runtime.request("POST", f"{START}{event.headers['Lambda-Runtime-Aws-Request-Id']}/response",
                    json.dumps({"label": forest.classes_[best], "probability": shares[best],
                                "probabilities": dict(zip(forest.classes_, shares))}))
    runtime.getresponse().read()
