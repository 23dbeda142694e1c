namespace Prickle.Flags.Evaluation;

/// <summary>A condition set, ready to be asked.</summary>
/// <param name="Share">Up to which hash it lets in; null for everybody.</param>
/// <param name="Variant">Given to everybody of the set; null lets the shares decide.</param>
/// <param name="GroupTypeIndex">Groups of which type it lets in; null for persons.</param>
sealed record CompiledCondition(FlagCondition Origin, FlagTest[] Tests, double? Share, string? Variant, int? GroupTypeIndex)
{
    public Fit Fits(FlagRun run)
    {
        foreach (var test in Tests)
        {
            if (test.Fits(run) is not Fit.Yes and var fit)
            {
                return fit;
            }
        }
        return Fit.Yes;
    }
}

/// <summary>The part of 0 to 1 that a variant has: from the end of the one before, without its own end.</summary>
readonly record struct VariantRange(string Key, double From, double To);
