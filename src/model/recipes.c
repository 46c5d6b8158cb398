#include "model/spec.h"

const quoth_recipe quoth_recipes[] = {
    {"best",
     "four classifiers, of words and of characters, and what each is worth; takes the longest and "
     "errs the least",
     "{\"quoth_spec\": 1,"
     " \"recipe\": \"best\","
     " \"pipeline\": ["
     "  {\"name\": \"stack\", \"type\": \"stacking\", \"members\": ["
     "   {\"name\": \"svm\", \"pipeline\": ["
     "    {\"name\": \"union\", \"type\": \"feature_union\", \"members\": ["
     "     {\"name\": \"words\", \"pipeline\": ["
     "      {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "       {\"ngram_range\": [1, 2], \"token_pattern\": \"word+punct+unspaced\", \"min_df\": 2}},"
     "      {\"name\": \"tfidf\", \"type\": \"tfidf\"}]},"
     "     {\"name\": \"characters\", \"pipeline\": ["
     "      {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "       {\"analyzer\": \"char\", \"ngram_range\": [2, 5], \"min_df\": 2}},"
     "      {\"name\": \"tfidf\", \"type\": \"tfidf\"}]}]},"
     "    {\"name\": \"classifier\", \"type\": \"linear_svc\", \"params\":"
     "     {\"tol\": 0.001, \"cv\": null}}]},"
     "   {\"name\": \"nbsvm\", \"pipeline\": ["
     "    {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "     {\"ngram_range\": [1, 2], \"token_pattern\": \"word+punct+unspaced\", \"min_df\": 2,"
     "      \"binary\": true}},"
     "    {\"name\": \"classifier\", \"type\": \"nb_svm\", \"params\":"
     "     {\"C\": 0.1, \"beta\": 1.0, \"tol\": 0.001, \"cv\": null}}]},"
     "   {\"name\": \"characters\", \"pipeline\": ["
     "    {\"name\": \"classifier\", \"type\": \"ngram_lm\", \"params\":"
     "     {\"order\": 5, \"type_weight\": 3.0, \"cv\": null}}]},"
     "   {\"name\": \"words\", \"pipeline\": ["
     "    {\"name\": \"classifier\", \"type\": \"ngram_lm\", \"params\":"
     "     {\"analyzer\": \"word\", \"token_pattern\": \"word+punct+unspaced\","
     "      \"lowercase\": true, \"order\": 3, \"min_count\": 2, \"type_weight\": 1.0,"
     "      \"cv\": null}}]}]},"
     "  {\"name\": \"final\", \"type\": \"conditional_logit\"}],"
     " \"evaluation\": {\"refit\": true}}"},
    {"topics-forest",
     "topics of the words' dictionary forms, and a random forest on the topics; features are "
     "fitted on all rows, the forest on the train rows",
     "{\"quoth_spec\": 1,"
     " \"recipe\": \"topics-forest\","
     " \"pipeline\": ["
     "  {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "   {\"stop_words\": \"english\", \"lemmatizer\": \"wordnet\","
     "    \"max_df\": 0.95, \"min_df\": 2}},"
     "  {\"name\": \"lda\", \"type\": \"latent_dirichlet_allocation\", \"params\":"
     "   {\"n_components\": 50, \"max_iter\": 5, \"learning_method\": \"online\","
     "    \"learning_offset\": 50.0}},"
     "  {\"name\": \"forest\", \"type\": \"random_forest\", \"params\":"
     "   {\"min_samples_split\": 100, \"min_samples_leaf\": 100}}],"
     " \"evaluation\": {\"train_size\": 0.25}}"},
    {"bayes",
     "complement naive Bayes on weighted words, marks and pairs of them; learns in a moment",
     "{\"quoth_spec\": 1,"
     " \"recipe\": \"bayes\","
     " \"pipeline\": ["
     "  {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "   {\"ngram_range\": [1, 2], \"token_pattern\": \"word+punct+unspaced\"}},"
     "  {\"name\": \"tfidf\", \"type\": \"tfidf\"},"
     "  {\"name\": \"classifier\", \"type\": \"complement_nb\", \"params\": {\"alpha\": 0.1}}],"
     " \"evaluation\": {\"refit\": true}}"},
    {"linear", "logistic regression on weighted words, marks and pairs of them",
     "{\"quoth_spec\": 1,"
     " \"recipe\": \"linear\","
     " \"pipeline\": ["
     "  {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\", \"params\":"
     "   {\"ngram_range\": [1, 2], \"token_pattern\": \"word+punct+unspaced\"}},"
     "  {\"name\": \"tfidf\", \"type\": \"tfidf\", \"params\": {\"sublinear_tf\": true}},"
     "  {\"name\": \"classifier\", \"type\": \"logistic_regression\", \"params\":"
     "   {\"C\": 30.0}}],"
     " \"evaluation\": {\"refit\": true}}"},
    {"ngram", "a language model of characters for each class; strong at who wrote a text",
     "{\"quoth_spec\": 1,"
     " \"recipe\": \"ngram\","
     " \"pipeline\": [{\"name\": \"classifier\", \"type\": \"ngram_lm\", \"params\":"
     "  {\"smoothing\": \"kneser_ney\", \"type_weight\": 3.0}}],"
     " \"evaluation\": {\"refit\": true}}"},
    {NULL, NULL, NULL},
};
