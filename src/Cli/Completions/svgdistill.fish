# svgdistill: completions for fish.  svgdistill completions fish | source
function __svgdistill_complete
    set -l command (commandline -opc)[1]
    set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
    # Options only where one is begun; files are fish's own offer.
    if test -n (commandline -ct)""
        $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
    else
        $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -rv '^[-/]'
    end
end
complete -c svgdistill -a '(__svgdistill_complete)'
