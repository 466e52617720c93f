/// Everything that the kernel's livepatch subsystem, and those around it, print.
public enum Catalogue {
    /// All messages. The order is the order in which a line is tried.
    public static let messages: [Message] =
        core + transition + patchFile + shadow + moduleLoader + shadowTest + shadowSamples + stateCallbacks
        + testModules + harness + vendors + trouble

    /// The line, without any log prefix, that a kernel of this generation prints for the event.
    /// Nil if it prints none or the event lacks an argument.
    public static func print(_ event: Event, for generation: Generation) -> String? {
        for message in messages where message.id == event.message && message.generations.contains(generation) {
            if let line = message.template.print(event), message.accepts(event) { return line }
        }
        return nil
    }

    /// The level at which a kernel of this generation prints the event; nil if it prints no such message.
    public static func level(of id: MessageID, for generation: Generation) -> UInt8? {
        levels[id].flatMap { $0.generations.contains(generation) ? $0.level : nil }
    }

    /// A message's level is the same in all generations that print it.
    private static let levels: [MessageID: (level: UInt8, generations: GenerationSet)] = {
        var table: [MessageID: (level: UInt8, generations: GenerationSet)] = [:]
        for message in messages where !message.generations.isEmpty {
            let known = table[message.id]?.generations.members ?? []
            table[message.id] = (message.level, GenerationSet(known + message.generations.members))
        }
        return table
    }()
}

extension Message {
    /// True unless printing the event by this text would lose an argument: `... vmlinux` has no module state.
    func accepts(_ event: Event) -> Bool {
        template.print(event).flatMap { template.recognise($0.utf8, as: id) } == event
    }
}
