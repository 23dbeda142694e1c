using System.Net;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>Pages of any origin may read the answers, errors too.</summary>
public sealed class CorsTests(SharedProduct shared)
{
    const string Origin = "https://shop.example.com";

    [Theory]
    [InlineData("/e/")]
    [InlineData("/i/v0/e")]
    [InlineData("/batch/")]
    [InlineData("/capture/")]
    [InlineData("/track/")]
    [InlineData("/engage/")]
    [InlineData("/s/")]
    [InlineData("/flags/?v=2")]
    [InlineData("/decide/?v=3")]
    [InlineData("/array/TOKEN/config")]
    [InlineData("/static/array.js")]
    [InlineData("/api/early_access_features/")]
    [InlineData("/api/surveys/")]
    [InlineData("/api/web_experiments/")]
    [InlineData("/api/product_tours/")]
    [InlineData("/i/v1/logs")]
    [InlineData("/i/v1/analytics/events")]
    public async Task A_preflight_is_granted(string path)
    {
        var running = await shared.StartedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", Origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-own-header");

        using var response = await running.Http.SendAsync(request);

        response.IsSuccessStatusCode.ShouldBeTrue();
        ShouldBeReadable(response);
        response.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain("POST");
        response.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldBe("content-type,x-own-header");
    }

    [Theory]
    [InlineData("POST", "/e/", "{", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/e/", """{"event":"sent","distinct_id":"a","api_key":"phc_of_nobody"}""", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/s/", """{"event":"$snapshot","api_key":"phc_of_nobody"}""", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/flags/?v=2", """{"token":"phc_of_nobody","distinct_id":"a"}""", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/array/phc_of_nobody/config.js", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/array/phc_of_nobody/config", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/static/no-such-file.js", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/static/1.0.0/array.js", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/surveys/?token=phc_of_nobody", null, HttpStatusCode.Unauthorized)]
    [InlineData("DELETE", "/e/", null, HttpStatusCode.MethodNotAllowed)]
    public async Task A_refusal_can_be_read_by_the_page(string method, string path, string? body, HttpStatusCode status)
    {
        var running = await shared.StartedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", Origin);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "text/plain");

        using var response = await running.Http.SendAsync(request);

        response.StatusCode.ShouldBe(status);
        ShouldBeReadable(response);
        response.Headers.GetValues("Access-Control-Expose-Headers").Single().ShouldBe("Retry-After");
    }

    static void ShouldBeReadable(HttpResponseMessage response)
    {
        response.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe(Origin);
        response.Headers.GetValues("Access-Control-Allow-Credentials").Single().ShouldBe("true");
    }
}
