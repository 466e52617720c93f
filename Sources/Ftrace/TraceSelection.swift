/// What of a trace is delivered.
public struct TraceSelection {
    /// Which events, asked once for each of them. Stacks come with the events that they belong to.
    public var events: (_ system: String, _ name: String) -> Bool
    /// Which functions, asked once for each traced function, if the events of the function tracers are wanted.
    public var functions: (_ name: String) -> Bool = { _ in true }
    /// What such a function of the kernel calls in a module is delivered as well, whatever its name; asked once for each traced
    /// function, and with an empty name for what no traced function calls in a function graph.
    public var callers: (_ name: String) -> Bool = { _ in false }
    /// Which fields of an event, asked once for each wanted one; nil for all. What is not asked for costs nothing.
    public var fields: (_ name: String) -> Set<String>? = { _ in nil }

    /// Selects events by system and name, and all of them.
    public init(events: @escaping (_ system: String, _ name: String) -> Bool) { self.events = events }
}
