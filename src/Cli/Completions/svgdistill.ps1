# svgdistill: completions for PowerShell.  svgdistill completions pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName svgdistill, svgdistill.exe -ScriptBlock {
    param($word, $ast, $cursor)
    $command = $ast.CommandElements[0].Extent.Text
    $line = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
    $line = $line.Substring([Math]::Min($line.Length, $command.Length + 1))
    & $command "[suggest:$($line.Length)]" $line 2>$null |
        # Options only where one is begun; where nothing fits, PowerShell offers files.
        Where-Object { $_.StartsWith($word) -and ($word -or $_ -notmatch '^[-/]') } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
