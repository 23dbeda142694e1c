namespace Prickle.Capture.Receiving;

/// <summary>The project token where it stands outside the body.</summary>
static class SdkToken
{
    public static string? FromRequest(HttpRequest request)
    {
        foreach (var name in (string[])["token", "api_key", "$token"])
        {
            if (request.Query[name].ToString() is { Length: > 0 } token)
            {
                return token;
            }
        }

        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : null;
    }
}
