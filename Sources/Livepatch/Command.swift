/// What an operator or a harness did, as a command line in the log tells it: `% insmod test_modules/x.ko replace=1`.
public enum Command: Hashable, Sendable {
    /// insmod or modprobe of a module.
    case load(module: String, arguments: [String])
    /// rmmod or modprobe -r.
    case unload(module: String)
    /// A write to a file of /sys/kernel/livepatch: `enabled`, `force` or `signal`.
    case write(value: String, patch: String, file: String)
    /// Anything else.
    case other

    /// Reads a command line; nil if it is empty.
    public init?(_ text: String) {
        var words = text.split(separator: " ").map(String.init)
        if words.first == "sudo" { words.removeFirst() }
        guard let verb = words.first else { return nil }
        let operands = words.dropFirst().filter { !$0.hasPrefix("-") || $0.contains("=") || Int($0) != nil }
        switch verb {
        case "insmod", "modprobe":
            guard let module = operands.first else { return nil }
            let name = Self.moduleName(module)
            self =
                words.contains { $0 == "--remove" || ($0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("r")) }
                ? .unload(module: name) : .load(module: name, arguments: Array(operands.dropFirst()))
        case "rmmod":
            guard let module = operands.first else { return nil }
            self = .unload(module: Self.moduleName(module))
        case "echo":
            let parts = words.last?.split(separator: "/").map(String.init) ?? []
            if let place = parts.firstIndex(of: "livepatch"), place + 2 < parts.count, operands.count > 1,
                operands[0] != ">"
            {
                self = .write(value: operands[0], patch: parts[place + 1], file: parts[place + 2])
            } else {
                self = .other
            }
        default: self = .other
        }
    }

    /// `samples/livepatch/livepatch-sample.ko` is the module `livepatch_sample`.
    public static func moduleName(_ path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for suffix in [".zst", ".xz", ".gz", ".ko"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        return String(name.map { $0 == "-" ? "_" : $0 })
    }
}
