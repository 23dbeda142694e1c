using System.Net;
using System.Text.RegularExpressions;

namespace Prickle.Tests.Accounts;

/// <summary>Fills in the plain forms of the pages, as a browser without scripts does.</summary>
public sealed partial class Browser(Uri address) : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = address,
    };

    public async Task<string> ReadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Http.FetchAsync(path);
        response.StatusCode.ShouldBe(expected);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a page, and sends the form of that name on it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await ReadAsync(path);
        page.ShouldContain($"value=\"{form}\"");
        return await PostAsync(path, [("_handler", form), ("__RequestVerificationToken", TokenIn(page)), .. fields]);
    }

    public Task<HttpResponseMessage> SignInAsync(string email, string password, string path = "/sign-in") =>
        SubmitAsync(path, "sign-in", ("Input.Email", email), ("Input.Password", password));

    public async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public async Task<bool> IsSignedInAsync()
    {
        using var response = await Http.FetchAsync("/api/users/@me");
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Allows this browser unsafe requests to the API.</summary>
    public async Task UseCsrfTokenAsync()
    {
        var reply = await Http.FetchAsync("/api/csrf_token").JsonAsync();
        Http.DefaultRequestHeaders.Remove("X-CSRFToken");
        Http.DefaultRequestHeaders.Add("X-CSRFToken", reply.Text("token"));
    }

    public static string TokenIn(string page) => Token.Match(page).Groups[1].Value;

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    static partial Regex Token { get; }
}
