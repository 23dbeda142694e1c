namespace Prickle.Hosting;

/// <summary>Applies the command line to the host.</summary>
public static class CommandLineHost
{
    public static void UseCommandLine(this WebApplicationBuilder builder, CommandLine line)
    {
        builder.Services.AddSingleton(line);
        if (line.Port is { } port)
        {
            builder.WebHost.UseUrls($"http://localhost:{port}");
        }
        else if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls("http://localhost:8000");
        }

        // Blazor's and the kits' files lie beside the program also when it was built, not published.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
    }
}
