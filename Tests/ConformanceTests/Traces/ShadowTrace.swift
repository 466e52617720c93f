import Conformance
import Livepatch
import LivepatchTrace
import ReferenceEngine

/// A text trace of calls about shadow variables, as tracefs writes it: kprobes with their arguments, kretprobes with results.
struct ShadowTrace {
    private var written: [(time: Int64, line: String)] = []
    /// How far the second CPU's clock is ahead, in nanoseconds.
    var skew: Int64 = 0
    /// The lines as the kernel puts them together: by their stamps.
    var lines: [String] {
        written.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element.line)
    }
    /// Nanoseconds of the trace's clock.
    private(set) var time: Int64 = 100_000_000_000
    /// True if the header says that events were overwritten.
    var isLossy = false

    /// A task, which stays on its CPU.
    struct Task {
        var pid: Int
        var cpu: Int
    }

    static let one = Task(pid: 11, cpu: 0)
    static let two = Task(pid: 12, cpu: 1)

    /// Objects and data as kernels have them.
    static func pointer(_ number: Int) -> String {
        number == 0 ? "0x0" : "0x" + String(0xFF5C_2483_0000_0000 + UInt64(number) * 16, radix: 16)
    }

    mutating func wait(_ microseconds: Int64) { time += microseconds * 1000 }

    /// - Parameter text: the event's name and what follows it.
    mutating func event(_ task: Task, _ text: String) {
        wait(3)
        let time = time + (task.cpu == 1 ? skew : 0)
        let seconds = time / 1_000_000_000
        let fraction = String(time % 1_000_000_000 / 1000)
        let stamp = "\(seconds)." + String(repeating: "0", count: 6 - fraction.count) + fraction
        written.append((time, "        modprobe-\(task.pid)     [00\(task.cpu)] .....   \(stamp): \(text)"))
    }

    mutating func entry(_ task: Task, _ function: String, _ arguments: String = "") {
        event(task, "\(function): (\(function)+0x0/0x70)" + (arguments.isEmpty ? "" : " " + arguments))
    }

    mutating func exit(_ task: Task, _ function: String, _ result: Int? = nil) {
        let result = result.map { " ret=\(Self.pointer($0))" } ?? ""
        event(task, "\(function)_ret: (return_to_handler+0x0/0x40 <- \(function))" + result)
    }

    mutating func enters(_ task: Task, _ function: String, _ object: Int, _ id: Int) {
        let size = function.contains("alloc") ? " size=8" : ""
        entry(task, function, "obj=\(Self.pointer(object)) id=\(id)" + size)
    }

    // MARK: - Whole calls

    mutating func get(_ object: Int, _ id: Int, _ result: Int, by task: Task = one) {
        enters(task, "klp_shadow_get", object, id)
        exit(task, "klp_shadow_get", result)
    }

    mutating func alloc(_ object: Int, _ id: Int, _ result: Int, by task: Task = one) {
        enters(task, "klp_shadow_alloc", object, id)
        exit(task, "klp_shadow_alloc", result)
    }

    mutating func getOrAlloc(_ object: Int, _ id: Int, _ result: Int, by task: Task = one) {
        enters(task, "klp_shadow_get_or_alloc", object, id)
        exit(task, "klp_shadow_get_or_alloc", result)
    }

    /// - Parameter destroys: how often klp_shadow_free_struct is entered.
    mutating func free(_ object: Int, _ id: Int, destroys: Int = 1, by task: Task = one) {
        enters(task, "klp_shadow_free", object, id)
        for _ in 0..<destroys { entry(task, "klp_shadow_free_struct") }
    }

    mutating func freeAll(_ id: Int, destroys: Int, destructor: Int = 0, by task: Task = one) {
        entry(task, "klp_shadow_free_all", "id=\(id) dtor=\(Self.pointer(destructor))")
        for _ in 0..<destroys { entry(task, "klp_shadow_free_struct") }
    }

    /// The system call in which everything was done is over.
    mutating func leaveKernel(_ task: Task = one) { event(task, "sys_finit_module -> 0x0") }

    // MARK: - Judging

    var text: String {
        let entries = isLossy ? "\(lines.count)/\(lines.count + 7)" : "\(lines.count)/\(lines.count)"
        let header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: \(entries)   #P:2\n#\n"
        return header + lines.joined(separator: "\n") + "\n"
    }

    func analysis(generation: Generation? = nil) throws -> Analysis {
        try Self.analysis(text, generation: generation)
    }

    static func analysis(_ text: String, generation: Generation? = nil) throws -> Analysis {
        let recogniser = Recogniser()
        let trace = try LivepatchTrace(bytes: Array(text.utf8), source: 0, recogniser: recogniser)
        let evidence = Evidence.sets(boots: [], traces: [trace], by: recogniser)
        return Analysis(of: evidence[0], generation: generation)
    }
}

extension Analysis {
    /// The rules that are broken.
    var brokenRules: [RuleID] { findings.filter { $0.severity == .error }.map(\.rule) }
    /// What the only trace shows of shadow variables.
    var tracedUse: TracedShadowUse? { tracedShadowUses.first }
}
