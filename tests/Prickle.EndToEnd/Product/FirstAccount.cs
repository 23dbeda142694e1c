using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prickle.EndToEnd.Product;

/// <summary>Sets a new product up as its first owner does, by the form, and takes a personal API key with every scope.</summary>
static partial class FirstAccount
{
    public static async Task<ProductApi> SetUpAsync(Uri address)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address };
        await SendFormAsync(browser);
        var csrf = await browser.GetFromJsonAsync<JsonElement>("/api/csrf_token");
        browser.DefaultRequestHeaders.Add("X-CSRFToken", csrf.EnumerateObject().First().Value.GetString());
        using var issued = await browser.PostAsJsonAsync("/api/personal_api_keys", new { name = "End to end", scopes = (string[])["*"] });
        var key = await issued.Content.ReadFromJsonAsync<JsonElement>();
        issued.StatusCode.ShouldBe(HttpStatusCode.Created, key.ToString());
        return new ProductApi(address, key.GetProperty("value").GetString()!);
    }

    static async Task SendFormAsync(HttpClient browser)
    {
        var page = await browser.GetStringAsync("/setup");
        var fields = HiddenField().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        fields["Input.Email"] = "owner@example.com";
        fields["Input.Password"] = "four unrelated words here";
        fields["Input.Organization"] = "Example";
        fields["Input.Project"] = "Production";
        fields["Input.TimeZone"] = "UTC";
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await browser.PostAsync("/setup", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" />""")]
    private static partial Regex HiddenField();
}

/// <summary>The product's API with a key that may do everything.</summary>
sealed class ProductApi : IDisposable
{
    readonly HttpClient http;

    public ProductApi(Uri address, string personalApiKey)
    {
        PersonalApiKey = personalApiKey;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", personalApiKey);
    }

    public string PersonalApiKey { get; }

    /// <summary>A project with nothing in it.</summary>
    public async Task<TestProject> NewProjectAsync(string name)
    {
        using var response = await http.PostAsJsonAsync("/api/projects", new { name });
        var project = await response.Content.ReadFromJsonAsync<JsonElement>();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, project.ToString());
        return new TestProject(project.GetProperty("id").GetInt32(), project.GetProperty("api_token").GetString()!);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await http.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Makes something.</summary>
    public async Task<JsonElement> PostAsync(string path, object what)
    {
        using var response = await http.PostAsJsonAsync(path, what);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Changes a part of something.</summary>
    public async Task<JsonElement> PatchAsync(string path, object what)
    {
        using var response = await http.PatchAsJsonAsync(path, what);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Changes something.</summary>
    public async Task<JsonElement> PutAsync(string path, object what)
    {
        using var response = await http.PutAsJsonAsync(path, what);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Asks for something to be done.</summary>
    public async Task<JsonElement> SendAsync(string path, object? what = null)
    {
        using var response = await http.PostAsync(path, what is null ? null : JsonContent.Create(what));
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], body);
        return JsonElement.Parse(body);
    }

    /// <summary>Sends events of now: who did what.</summary>
    public async Task CaptureAsync(TestProject project, params IReadOnlyList<(string Who, string What)> happened)
    {
        using var response = await http.PostAsJsonAsync("/batch/", new
        {
            api_key = project.Token,
            batch = happened.Select(one => new
            {
                @event = one.What,
                distinct_id = one.Who,
                properties = new Dictionary<string, object> { ["$set"] = new { name = one.Who } },
            }),
        });
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A project that belongs to one test.</summary>
sealed record TestProject(int Id, string Token);
