" Jinja inside SQL: the file stays SQL, with all that is set up for it.

if !exists('b:current_syntax')
  finish
endif
syntax region dbtMeshComment start=+{#+ end=+#}+ containedin=ALL
syntax region dbtMeshJinja matchgroup=PreProc start=+{{-\?+ end=+-\?}}+ contains=dbtMeshString,dbtMeshFunction,dbtMeshNumber containedin=ALLBUT,dbtMeshComment,dbtMeshJinja,dbtMeshString
syntax region dbtMeshJinja matchgroup=PreProc start=+{%-\?+ end=+-\?%}+ contains=dbtMeshString,dbtMeshKeyword,dbtMeshFunction,dbtMeshNumber containedin=ALLBUT,dbtMeshComment,dbtMeshJinja,dbtMeshString
syntax region dbtMeshString start=+'+ skip=+\\'+ end=+'+ contained
syntax region dbtMeshString start=+"+ skip=+\\"+ end=+"+ contained
syntax match dbtMeshNumber +\<\d\+\>+ contained
syntax match dbtMeshFunction +\<\h\w*\ze\s*(+ contained
syntax keyword dbtMeshKeyword if elif else endif for endfor in set endset macro endmacro call endcall do not and or is contained
highlight default link dbtMeshComment Comment
highlight default link dbtMeshString String
highlight default link dbtMeshNumber Number
highlight default link dbtMeshFunction Function
highlight default link dbtMeshKeyword Statement
