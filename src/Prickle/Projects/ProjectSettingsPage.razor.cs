using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Ui.Dialogs;

namespace Prickle.Projects;

/// <summary>What a project is called, how long it keeps what, and how to send to it.</summary>
public sealed partial class ProjectSettingsPage
{
    static readonly string[] Zones = [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id).Order(StringComparer.Ordinal)];

    // In days; 0 stands for good.
    static readonly int[] UsualRetentions = [0, 30, 90, 180, 365, 730, 1825];

    Form? _form;
    ProjectSettings? _saved;
    string? _token;
    string? _problem;
    string? _pathProblem;
    bool _saving;

    [Parameter] public int ProjectId { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Project, Level.Write) == true;

    protected override void OnParametersSet()
    {
        if (_form is null && Grant is { } grant)
        {
            _saved = ProjectSettings.Of(grant.Project);
            _form = Form.Of(_saved);
        }
    }

    // A value set by API that is none of the usual ones must not be lost by opening the page.
    static IEnumerable<(int Days, string Words)> Retentions(int current) =>
        UsualRetentions.Append(current).Distinct().Order().Select(days => (days, days switch
        {
            0 => "ever",
            365 => "1 year",
            730 => "2 years",
            1825 => "5 years",
            _ => $"{days} days",
        }));

    async Task SaveAsync()
    {
        _saving = true;
        // What has a button of its own is kept as it was.
        var settings = _form!.ToSettings() with { PathCleaningFilters = _saved!.PathCleaningFilters };
        var outcome = await Administration.UpdateAsync(Grant!, settings, CancellationToken.None);
        (_saving, _problem) = (false, outcome.Match(_ => (string?)null, refusal => refusal.Detail));
        if (_problem is null)
        {
            _saved = settings;
            Notices.Add("Saved", Severity.Success);
        }
    }

    // Filters are kept as they are changed, without what may stand unsaved in the fields above.
    async Task SaveTestAccountsAsync(IReadOnlyList<PropertyFilter> filters)
    {
        var settings = _saved! with { TestAccountFilters = JsonElement.Parse(PropertyFilter.Write([.. filters]) ?? "[]") };
        var outcome = await Administration.UpdateAsync(Grant!, settings, CancellationToken.None);
        _problem = outcome.Match(_ => (string?)null, refusal => refusal.Detail);
        if (_problem is null)
        {
            _saved = settings;
            _form!.TestAccounts = filters;
            Notices.Add("Saved", Severity.Success);
        }
    }

    async Task SwitchMessagesAsync(bool isOn)
    {
        var settings = _saved! with { MessagesSiteApp = isOn };
        var outcome = await Administration.UpdateAsync(Grant!, settings, CancellationToken.None);
        outcome.Match(
            project =>
            {
                (_saved, _form!.MessagesSiteApp) = (settings, project.HasMessagesSiteApp);
                return Notices.Add(isOn ? "posthog-js shows messages from now on." : "posthog-js shows messages no more.", Severity.Success);
            },
            refusal => Notices.Add(refusal.Detail, Severity.Error));
    }

    async Task SavePathCleaningAsync()
    {
        // A line that was added and never filled in says nothing.
        var rules = _form!.PathCleaning.Where(rule => rule.Regex.Length > 0).ToList();
        var settings = _saved! with { PathCleaningFilters = rules };
        var outcome = await Administration.UpdateAsync(Grant!, settings, CancellationToken.None);
        _pathProblem = outcome.Match(_ => (string?)null, refusal => refusal.Detail);
        if (_pathProblem is null)
        {
            (_saved, _form.PathCleaning) = (settings, rules);
            Notices.Add("Saved", Severity.Success);
        }
    }

    async Task RotateAsync()
    {
        var question = new Confirmation(
            "Make a new project token",
            "The present token stops working at once: every page and server that sends with it must get the new one.", "Make a new token",
            Grant!.Project.Name);
        if (await Dialogs.ConfirmAsync(question))
        {
            var outcome = await Administration.RotateTokenAsync(Grant!, CancellationToken.None);
            (_token, _problem) = outcome.Match<(string?, string?)>(project => (project.Token, null), refusal => (_token, refusal.Detail));
        }
    }

    async Task DeleteAsync()
    {
        var question = new Confirmation(
            $"Delete the project {Grant!.Project.Name}", "All its events, persons and groups are removed for good. This cannot be undone.",
            "Delete project", Grant.Project.Name);
        if (await Dialogs.ConfirmAsync(question))
        {
            var outcome = await Administration.DeleteAsync(Grant, CancellationToken.None);
            _problem = outcome.Match(_ => (string?)null, refusal => refusal.Detail);
            if (_problem is null)
            {
                Navigation.NavigateTo("", forceLoad: true);
            }
        }
    }

    /// <summary>The settings as the fields hold them.</summary>
    sealed class Form
    {
        public string Name { get; set; } = "";
        public string TimeZone { get; set; } = "";
        public int Retention { get; set; }
        public bool AnonymizeIps { get; set; }
        public string AppUrls { get; set; } = "";
        public int WeekStart { get; set; }
        public bool PreviewsSiteApp { get; set; }
        public bool MessagesSiteApp { get; set; }
        public IReadOnlyList<PropertyFilter> TestAccounts { get; set; } = [];
        public IReadOnlyList<PathCleaningRule> PathCleaning { get; set; } = [];

        public static Form Of(ProjectSettings settings) => new()
        {
            Name = settings.Name,
            TimeZone = settings.TimeZone,
            Retention = settings.RetentionDays ?? 0,
            AnonymizeIps = settings.AnonymizeIps,
            AppUrls = string.Join('\n', settings.AppUrls),
            WeekStart = settings.WeekStart,
            PreviewsSiteApp = settings.PreviewsSiteApp,
            MessagesSiteApp = settings.MessagesSiteApp,
            TestAccounts = PropertyFilter.Read(settings.TestAccountFilters.GetRawText()) ?? [],
            PathCleaning = settings.PathCleaningFilters,
        };

        public ProjectSettings ToSettings() => new()
        {
            Name = Name.Trim(),
            TimeZone = TimeZone.Trim(),
            RetentionDays = Retention == 0 ? null : Retention,
            AnonymizeIps = AnonymizeIps,
            AppUrls = AppUrls.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            WeekStart = WeekStart,
            PreviewsSiteApp = PreviewsSiteApp,
            MessagesSiteApp = MessagesSiteApp,
            TestAccountFilters = JsonElement.Parse(PropertyFilter.Write([.. TestAccounts]) ?? "[]"),
        };
    }
}
