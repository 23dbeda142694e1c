using Microsoft.AspNetCore.Components;
using Prickle.Accounts;

namespace Prickle.Previews.Hosted;

/// <summary>The list of previews for whoever got a link from a customer's server. It works without JavaScript.</summary>
public sealed partial class HostedPreviewsPage
{
    Project? _project;
    SignedVisitor? _signed;
    PreviewList _list = new([], []);
    string? _message;
    bool _isRefused;

    [Parameter] public string Signed { get; set; } = "";

    [CascadingParameter] public required HttpContext HttpContext { get; set; }

    /// <summary>The preview whose button was used.</summary>
    [SupplyParameterFromForm(FormName = "choose")] public string? Preview { get; set; }

    /// <summary>on, off, want, hear, group-on or group-off.</summary>
    [SupplyParameterFromForm(FormName = "choose")] public string? Choice { get; set; }

    [SupplyParameterFromForm(FormName = "choose")] public string? Feedback { get; set; }

    string Address => $"/previews/page/{Signed}";

    protected override async Task OnInitializedAsync()
    {
        _signed = Links.Read(Signed);
        _project = _signed is null ? null : await Projects.FindAsync(_signed.ProjectId, HttpContext.RequestAborted);
        if (_project is null)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status410Gone;
            return;
        }
        _list = await Offers.ListAsync(_project, _signed!.Visitor, HttpMethods.IsGet(HttpContext.Request.Method), HttpContext.RequestAborted);
    }

    async Task ChooseAsync()
    {
        if (_project is null || _signed is null || Preview is null)
        {
            return;
        }
        var choice = new PreviewChoice(Choice is "on" or "want" or "hear" or "group-on")
        {
            WantsIt = Choice is not "hear",
            IsForGroup = Choice is "group-on" or "group-off",
            Feedback = Feedback,
            Source = "page",
        };
        var outcome = await Offers.ChooseAsync(_project, Preview, _signed.Visitor, choice, HttpContext.RequestAborted);
        (_message, _isRefused) = outcome.Match(chosen => (WordsOf(chosen, choice), false), refusal => (refusal.Detail, true));
        _list = await Offers.ListAsync(_project, _signed.Visitor, false, HttpContext.RequestAborted);
    }

    string? MessageOf(PreviewOffer offer) => $"{offer.Preview.Id}" == Preview ? _message : null;

    static string WordsOf(PreviewOffer offer, PreviewChoice choice) => offer.State switch
    {
        _ when choice.IsForGroup => $"{offer.Preview.Name} is {(choice.IsEnabled ? "on" : "off")} for everybody in {offer.Group?.Key}.",
        PreviewState.Enabled => $"{offer.Preview.Name} is on for you.",
        PreviewState.Waiting => $"All seats are taken. You are number {offer.Position} in line for {offer.Preview.Name}.",
        PreviewState.Interested => offer.WantsIt ? $"{offer.Preview.Name} will be switched on for you when it is there." : $"You will hear of {offer.Preview.Name} here.",
        _ when offer.Preview.Stage == PreviewStage.Concept => "That is forgotten.",
        _ when choice.Feedback?.Trim().Length > 0 => $"{offer.Preview.Name} is off for you. Thank you for saying why.",
        _ => $"{offer.Preview.Name} is off for you.",
    };
}
