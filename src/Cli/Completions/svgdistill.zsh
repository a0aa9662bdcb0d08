# svgdistill: completions for zsh.  source <(svgdistill completions zsh), after compinit
_svgdistill() {
    local line="${(j: :)words[2,CURRENT]}" word="${words[CURRENT]}"
    local -a suggestions
    suggestions=(${(f)"$(${(Q)words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
    suggestions=(${(M)suggestions:#${word}*})
    # Options only where one is begun; where nothing fits, files.
    [[ -n $word ]] || suggestions=(${suggestions:#[-/]*})
    if (( $#suggestions )); then compadd -a suggestions; else _files; fi
}
compdef _svgdistill svgdistill
