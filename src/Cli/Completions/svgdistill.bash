# svgdistill: completions for bash.  eval "$(svgdistill completions bash)"
_svgdistill() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} suggestion
    line=${line#*[[:space:]]}
    COMPREPLY=()
    while IFS= read -r suggestion; do
        # Options only where one is begun; where nothing fits, bash offers files.
        case $word,$suggestion in ,[-/]*) continue ;; esac
        case $suggestion in "$word"*) COMPREPLY+=("$suggestion") ;; esac
    done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _svgdistill svgdistill
