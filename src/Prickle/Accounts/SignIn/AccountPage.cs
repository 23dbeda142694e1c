using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Api;

namespace Prickle.Accounts.SignIn;

/// <summary>What the pages for people who are not signed in have in common: plain forms, answered by the server.</summary>
public abstract class AccountPage : ComponentBase
{
    [CascadingParameter] public required HttpContext HttpContext { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required SignInBudget Budget { get; set; }

    /// <summary>Why the form was refused.</summary>
    protected Refusal? Refusal { get; private set; }

    /// <summary>Shows the page again with the reason, under a status that says so.</summary>
    protected void Refuse(Refusal refusal, int status = StatusCodes.Status400BadRequest)
    {
        Refusal = refusal;
        HttpContext.Response.StatusCode = status;
    }

    /// <summary>False when this address has tried too often; the page then says how long to wait.</summary>
    protected bool MayTry(string email)
    {
        if (Budget.TryTake(HttpContext.Connection.RemoteIpAddress, email) is not { } wait)
        {
            return true;
        }
        HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        Refuse(
            Refusal.Denied($"Too many attempts. Try again in {Math.Ceiling(wait.TotalMinutes)} minutes."),
            StatusCodes.Status429TooManyRequests);
        return false;
    }

    protected string? ProblemOf(string attribute) => Refusal?.Attribute == attribute ? Refusal.Detail : null;

    /// <summary>The reason that belongs to no single field.</summary>
    protected string? GeneralProblem => Refusal is { Attribute: null } refusal ? refusal.Detail : null;
}
