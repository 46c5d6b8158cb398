# Rows of another width than the header, quotes, NUL bytes: file, line and column.
try() {
  printf '%b' "$1" >data.csv
  refuse quoth train data.csv -o model
}
try 'id,text,label\n1,The cat sat.,a\n2,The dog ran.\n'
try 'id,text,label\n1,The cat sat.,a\n2,The dog ran, or not.,b\n'
try 'id,text,label\n1,"Two\nlines, one field.",a\n2\n'
try 'id,text,label\n1,The cat sat.,a\n\n\n4,The dog ran.\n'
try 'id,text,label\n1,The cat sat.,a\n2,"The dog\nran,b\n3,The end.,c\n'
try 'id,text,label\n1,"The ""cat"" sat.",a\n2,The dog,"b\n'
try 'id,text,"label\n1,The cat sat.,a\n'
try 'id,text,label\n1,"The cat" sat.,a\n'
try 'id,text,label\n1,"The\n\ncat" sat.,a\n'
try 'id,text,label\n1,The cat sat.,a\n2,The d\0og ran.,b\n'
try 'id,text,label\n1,"The\ncat\0 sat.",a\n'
try 'id,te\0xt,label\n1,The cat sat.,a\n'
try 'id,text,label\r1,The cat sat.,a\r2,The dog ran.\r'
try 'id,text,label\r\n1,"The\r\ncat",a\r\n2,The dog ran.\r\n'
# A quote inside a plain field is plain text, as Python's csv module has it.
printf 'text,label\n5" nails,a\nsix" nails,b\n7" screws,b\nsix screws,a\n' >data.csv
quoth train data.csv -o model | first 3
quoth inspect model --vocabulary
