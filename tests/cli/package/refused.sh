# Models and outputs that cannot be.
small_model model
fake_runtime runtime
package() { refuse quoth package "$@" --arch x86_64 --runtime runtime; }
package nowhere -o function.zip
package runtime -o function.zip
python3 "$CLI/model_file.py" model later 'metadata["quoth.format"] = "3"'
package later -o function.zip | sed -E 's/quoth [0-9.]+/quoth .../g'
head -c 5000 model >short
package short -o function.zip
package model -o model
package model -o runtime
package model -o nowhere/function.zip
package model -o .
package model -o -
package model -o ''
misuse quoth package model
misuse quoth package -o function.zip
misuse quoth package model -o function.zip --arch armv7
misuse quoth package model other -o function.zip
