using Prickle.Ui.Dialogs;

namespace Prickle.Previews.Pages;

/// <summary>What is asked before a preview moves to another stage: how many that concerns, and what they are told.</summary>
static class StageChange
{
    /// <summary>The question; null when nobody is concerned.</summary>
    public static Confirmation? Question(FeaturePreview preview, PreviewStage to, PreviewCounts counts)
    {
        var isWorking = PreviewStages.Enrolls(preview.Stage);
        var having = counts.Enabled + counts.Waiting;
        return to switch
        {
            _ when to == preview.Stage => null,
            PreviewStage.Archived => new Confirmation($"End {preview.Name}", Ending(preview, counts, isWorking), "End it"),
            PreviewStage.Draft or PreviewStage.Concept when isWorking && having > 0 => new Confirmation(
                $"Make {preview.Name} {PreviewStages.WordsOf(to)} again",
                $"{PreviewWords.People(having)} chose it: it is off for them from now on, unless the conditions of its flag let them in. "
                + (to == PreviewStage.Draft ? "They are told nothing." : $"They are told “{preview.Name} is a concept now”."), "Go on"),
            _ when preview.Stage == PreviewStage.Concept && PreviewStages.Enrolls(to) && counts.Interested > 0 => new Confirmation(
                $"Promote {preview.Name}",
                $"{PreviewWords.People(counts.Interested)} showed interest. For those of them who asked for it, it is switched on at once{Seats(preview)}; "
                + $"the others are told that they can switch it on. All hear “{preview.Name} is {PreviewStages.WordsOf(to)} now”.", "Promote"),
            _ when PreviewStages.Enrolls(to) && having > 0 => new Confirmation(
                $"Promote {preview.Name}",
                isWorking
                    ? $"{PreviewWords.People(having)} chose it and keep what they have. They are told “{preview.Name} is {PreviewStages.WordsOf(to)}”."
                    : $"{PreviewWords.People(having)} chose it earlier: that counts again, and they are told “{preview.Name} is {PreviewStages.WordsOf(to)}”.",
                preview.Stage < to ? "Promote" : "Go on"),
            _ => null,
        };
    }

    static string Seats(FeaturePreview preview) => preview.Settings.SeatLimit is { } seats ? $", as far as the {PreviewWords.Count(seats, "seat")} go" : "";

    static string Ending(FeaturePreview preview, PreviewCounts counts, bool isWorking)
    {
        List<string> sentences = [];
        if (isWorking && counts.Enabled > 0)
        {
            sentences.Add($"It is switched off for the {PreviewWords.People(counts.Enabled)} who switched it on.");
        }
        if (counts.Groups > 0)
        {
            sentences.Add($"{PreviewWords.Count(counts.Groups, "group")} lose it.");
        }
        if (counts.Waiting > 0)
        {
            sentences.Add($"{PreviewWords.People(counts.Waiting)} in line wait no more.");
        }
        if (counts.Enabled + counts.Waiting + counts.Interested is > 0 and var told)
        {
            sentences.Add($"{PreviewWords.People(told)} {(told == 1 ? "is" : "are")} told “{preview.Name} is over. Thank you for trying it.”");
        }
        else
        {
            sentences.Add("Nobody has it at present.");
        }
        sentences.Add(preview.FlagKey is { } key ? $"The flag {key} stays, and goes by its conditions alone." : "It can be brought back by choosing another stage.");
        return string.Join(' ', sentences);
    }
}
