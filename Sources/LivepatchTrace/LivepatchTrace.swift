import ByteScan
import Ftrace
import KernelLog
import Livepatch

/// What one trace shows of livepatch.
public struct LivepatchTrace: Sendable {
    /// The trace's number among the sources that the user named.
    public var source: Int
    /// The kernel's release, if the trace says it.
    public var kernelRelease: String?
    /// What the kernel did, in the order of the trace.
    public var steps: [TracedStep]
    /// What of it is livepatch's, in the order of the trace.
    public var events: [TracedEvent]
    /// True if a module went that a livepatch was applied to, and nothing shows that it was reverted.
    let hasUnseenReverts: Bool
    /// Whom rounds of a transition left unswitched, as far as results of klp_try_switch_task tell.
    public var refusals: [TaskRefusal]
    /// What the scheduler did with tasks.
    public var schedule: TaskSchedule
    /// True if the trace was written with the option `raw`: its events are bare numbers.
    public var isRaw = false
    /// Proof that events of the trace are missing.
    public var losses: [TraceLoss]
    /// What could not be read of it, in words for a person; what is left was read.
    public var damage: [String]

    /// True if the trace is of Linux 5.19 or later, which trace a line in the task that prints it (printk_sprint).
    var areLinesOwn: Bool {
        kernelRelease.flatMap(LinuxVersion.init).map { $0 >= LinuxVersion(5, 19) } ?? false
    }

    /// The trace at a path, or, for "-", on standard input.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - source: the trace's number among the sources that the user named.
    ///   - recogniser: reads the kernel's own lines.
    /// - Throws: if it is no trace, or nothing of it can be read.
    public init(path: String, source: Int, recogniser: Recogniser) throws(TraceReadingError) {
        try self.init(
            source, recogniser, file: { () throws(TraceFileError) in try TraceFile(path: path) },
            text: { () throws(ByteSourceError) in try ByteSource(path: path) })
    }

    /// A trace in memory.
    public init(bytes: [UInt8], source: Int, recogniser: Recogniser) throws(TraceReadingError) {
        try self.init(
            source, recogniser, file: { () throws(TraceFileError) in try TraceFile(bytes: bytes) },
            text: { ByteSource(bytes: bytes, name: "") })
    }

    /// A `trace.dat`, or else a text.
    private init(
        _ source: Int, _ recogniser: Recogniser, file: () throws(TraceFileError) -> TraceFile,
        text: () throws(ByteSourceError) -> ByteSource
    ) throws(TraceReadingError) {
        do throws(TraceFileError) {
            self.init(try file(), source, recogniser)
        } catch {
            guard error.reason == .notATraceFile else { throw TraceReadingError(error.description) }
            do throws(ByteSourceError) {
                var bytes = try text()
                try self.init(&bytes, source, recogniser)
            } catch {
                throw TraceReadingError(error.description)
            }
        }
    }

    private init(_ file: TraceFile, _ source: Int, _ recogniser: Recogniser) {
        var content = StepCollection()
        let wanted = file.namesOfLivepatch
        var selection = TraceSelection { wanted.contains("\($0):\($1)") }
        selection.functions = StepReader.isWanted
        selection.callers = StepReader.isCallerOfCallbacks
        selection.fields = { $0 == "sched_switch" ? TaskSchedule.switchFields : nil }
        let reading = file.read(source: source, selection) { content.take($0) }
        self.init(content, source, recogniser)
        losses = reading.loss
        damage = reading.damage.map(\.description)
        kernelRelease = file.options.kernelRelease
    }

    private init(_ bytes: inout ByteSource, _ source: Int, _ recogniser: Recogniser) throws(ByteSourceError) {
        var content = StepCollection()
        let summary = TextTraceReader(
            source: source, wanted: StepReader.isWanted, callers: StepReader.isCallerOfCallbacks
        ).read(&bytes) { content.take($0) }
        if let error = summary.error, summary.lines == 0 { throw error }
        self.init(content, source, recogniser)
        losses = summary.losses
        damage = summary.error.map { [$0.description] } ?? []
        if summary.isCut, let count = summary.header.entriesInBuffer {
            damage.append("ends in the middle of line \(summary.lines), after \(summary.events) of \(count) events.")
        }
        kernelRelease = summary.header.kernel
        isRaw = summary.format == .tracefsRaw
    }

    private init(_ content: StepCollection, _ source: Int, _ recogniser: Recogniser) {
        self.source = source
        steps = content.steps
        refusals = content.refusals.refusals
        schedule = content.schedule
        let unseenReverts: Int
        (events, unseenReverts) = StepFollower.follow(steps, recogniser)
        Witnesses.join(&events)
        hasUnseenReverts = unseenReverts > 0
        losses = []
        damage = []
    }
}

/// What is gathered while a trace is read: what is about livepatch record by record, what is about tasks in short.
private struct StepCollection {
    var steps: [TracedStep] = []
    var reader = StepReader()
    var refusals = TaskRefusals()
    var schedule = TaskSchedule()

    mutating func take(_ record: TraceRecord) {
        guard !schedule.take(record), let step = reader.step(record) else { return }
        let isOfTask = refusals.take(step, number: steps.count)
        if !isOfTask || step.isSwitchInSchedule { steps.append(step) }
    }
}

/// Why nothing of a trace could be read.
public struct TraceReadingError: Error, CustomStringConvertible {
    /// The reason, with the file's name.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension TraceFile {
    /// The events that may say something of livepatch, as `system:name`; any probe may be on one of its functions.
    fileprivate var namesOfLivepatch: Set<String> {
        let tracers = ["function", "funcgraph_entry", "funcgraph_exit", "fgraph_retaddr_entry", "print"]
        let plain = eventNames.filter { event in
            event.system == "ftrace" ? tracers.contains(event.name) : StepReader.isWanted(event.name)
        }
        return Set((plain + probes).map { "\($0.system):\($0.name)" })
    }
}
