# A wrong command line is told.
misuse quoth export
misuse quoth export model
misuse quoth export --python out
misuse quoth export model other --python out
misuse quoth export model --onnx out
