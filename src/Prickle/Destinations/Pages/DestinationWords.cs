namespace Prickle.Destinations.Pages;

/// <summary>What pages call the outcomes of deliveries.</summary>
static class DestinationWords
{
    public static string Of(string? outcome) => outcome switch
    {
        "delivered" => "delivered",
        "rejected" => "refused",
        "rate_limited" => "too many",
        "unreachable" => "not reached",
        "misconfigured" => "set up wrong",
        _ => "unknown",
    };

    public static string ChipOf(string? outcome) => outcome switch
    {
        "delivered" => "success",
        "rate_limited" => "warning",
        _ => "error",
    };
}
