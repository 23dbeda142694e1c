namespace Prickle.Destinations;

public sealed class DestinationKinds(IEnumerable<DestinationKind> all)
{
    public IReadOnlyList<DestinationKind> All { get; } = [.. all];
    public DestinationKind? Find(string key) => All.FirstOrDefault(kind => kind.Key == key);
}

public sealed class DestinationSender(DestinationKinds kinds)
{
    public Task<DeliveryReport> SendAsync(DeliveryRequest request, CancellationToken cancellationToken) => kinds.Find(request.Kind)!.DeliverAsync(Of(request), cancellationToken);
    public Task<DeliveryReport> UndoAsync(DeliveryRequest request, CancellationToken cancellationToken) => kinds.Find(request.Kind)!.UndoAsync(Of(request), cancellationToken);
    public Task<IReadOnlyList<FieldProblem>> CheckAsync(int projectId, string kind, Guid? destinationId, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FieldProblem>>(kinds.Find(kind) is null ? [new FieldProblem("kind", $"No destination is called {kind}.")] : []);
    public IReadOnlyDictionary<string, string> Render(DeliveryRequest request) => request.Fields;
    static Delivery Of(DeliveryRequest request) => new(request.ProjectId, request.Key, new Dictionary<string, string>(), request.Fields)
    { Person = request.Person, MayHaveArrived = request.MayHaveArrived, Origin = request.Origin, From = request.From };
}

public static class DestinationsModule
{
    public static IServiceCollection AddDestinations(this IServiceCollection services) => services.AddSingleton<DestinationKinds>().AddSingleton<DestinationSender>();
}
