using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace Prickle.Tests.Mail;

/// <summary>
/// A real mail server, Exim of the system's package, on a port of loopback with all of its files in a folder of its own. It wants an
/// account, has mailboxes for a few people, and encrypts with a certificate that nobody vouches for. Without the package its tests fail.
/// </summary>
public sealed class EximServer : IAsyncLifetime
{
    public const string User = "shop";
    public const string Password = "correct horse battery";

    readonly string _folder = Directory.CreateTempSubdirectory("prickle-exim-").FullName;
    Process? _server;

    public int Port { get; } = MailServer.FreePort();

    // The package's own user, since Exim gives up root for it; whoever else runs the tests runs it as themselves.
    static string Owner => Environment.IsPrivilegedProcess ? "Debian-exim" : Environment.UserName;

    static async Task<string> GroupAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return Owner;
        }
        using var asked = Process.Start(new ProcessStartInfo("id", ["-gn"]) { RedirectStandardOutput = true })!;
        return (await asked.StandardOutput.ReadToEndAsync()).Trim();
    }

    public async ValueTask InitializeAsync()
    {
        const string Program = "/usr/sbin/exim4";
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException("Exim is not installed. script/bootstrap --tests installs the package 'exim4-daemon-light'.");
        }
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        }
        await File.WriteAllTextAsync(Path.Combine(_folder, "certificate.pem"), Certificate());
        var configuration = Path.Combine(_folder, "exim.conf");
        await File.WriteAllTextAsync(configuration, Configuration(await GroupAsync()));
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={Owner}", $"--regid={Owner}", "--clear-groups", "--", Program, "-C", configuration, "-bdf"] : [Program, "-C", configuration, "-bdf"];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        _server = Process.Start(start)!;
        var said = _server.StandardError.ReadToEndAsync();
        await WaitUntilItAnswersAsync(said);
    }

    /// <summary>The mails of a mailbox, once there are so many: the server puts them there after it has taken them.</summary>
    public async Task<IReadOnlyList<MimeMessage>> MailsOfAsync(string name, int count)
    {
        var box = Path.Combine(_folder, "mail", name, "new");
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var files = Directory.Exists(box) ? Directory.GetFiles(box).Order(StringComparer.Ordinal).ToList() : [];
            if (files.Count >= count)
            {
                files.Count.ShouldBe(count);
                return [.. files.Select(file => MimeMessage.Load(file))];
            }
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20), $"{files.Count} mails are there. {Log}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the server; what it has taken stays.</summary>
    public async Task StopAsync()
    {
        if (_server is { HasExited: false })
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    string Log => File.Exists(Path.Combine(_folder, "log-main")) ? File.ReadAllText(Path.Combine(_folder, "log-main")) : "";

    async Task WaitUntilItAnswersAsync(Task<string> said)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_server!.HasExited)
            {
                throw new InvalidOperationException($"Exim ended at once ({_server.ExitCode}): {await said} {Log}");
            }
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                using var reader = new StreamReader(client.GetStream());
                (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("220 ");
                return;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    const string IsKnown = "${if and{{eq{$auth2}{" + User + "}}{eq{$auth3}{" + Password + "}}}}";

    string Configuration(string group) => string.Create(CultureInfo.InvariantCulture, $$$"""
        exim_user = {{{Owner}}}
        exim_group = {{{group}}}
        deliver_drop_privilege
        primary_hostname = localhost
        spool_directory = {{{_folder}}}/spool
        log_file_path = {{{_folder}}}/log-%s
        pid_file_path = {{{_folder}}}/exim.pid
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = {{{Port}}}
        host_lookup =
        rfc1413_hosts =
        keep_environment =
        acl_smtp_rcpt = recipient
        tls_advertise_hosts = *
        tls_certificate = {{{_folder}}}/certificate.pem
        auth_advertise_hosts = *

        begin acl
        recipient:
          deny !authenticated = *
               message = 530 5.7.0 Authentication required
          accept verify = recipient
          deny message = There is no such mailbox

        begin routers
        mailboxes:
          driver = accept
          domains = example.com
          local_parts = ada : grace
          transport = maildir

        begin transports
        maildir:
          driver = appendfile
          directory = {{{_folder}}}/mail/$local_part_data
          maildir_format
          user = {{{Owner}}}

        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = {{{IsKnown}}}
          server_set_id = $auth2

        """);
}
