/// What a `trace.dat` holds, for a person who wants to know it.
public struct TraceFileInspection: Hashable, Sendable {
    /// The number of events of one kind.
    public struct EventCount: Hashable, Sendable {
        /// `module`; nil if the file has no format for the number.
        public var system: String?
        /// `module_load`; the number if the file has no format for it.
        public var name: String
        /// How many there are.
        public var count: Int
    }

    /// The data of one CPU.
    public struct CPU: Hashable, Sendable {
        /// The CPU's number.
        public var id: Int
        /// The bytes of its data in the file.
        public var size: Int
        /// The number of its pages.
        public var pages: Int
        /// The number of its events.
        public var events: Int
        /// The stamps of its first and its last event, in nanoseconds of the buffer's clock.
        public var span: ClosedRange<Int64>?
    }

    /// A ring buffer.
    public struct Buffer: Hashable, Sendable {
        /// The instance's name; nil for the top buffer.
        public var instance: String?
        /// The clock of its stamps, if the file says so.
        public var clock: String?
        /// The size of its pages.
        public var pageSize: Int
        /// Its CPUs.
        public var cpus: [CPU]
        /// True if the table of CPUs is lost, and the data was found without it.
        public var isRecovered: Bool
    }

    /// 6 or 7.
    public var version: Int
    /// Whether numbers are stored with their highest byte first.
    public var isBigEndian: Bool
    /// The bytes of a long of the recorded machine.
    public var longSize: Int
    /// `none`, `zstd 1.5.4`.
    public var compression: String
    /// The bytes of the file.
    public var size: Int
    /// The buffers.
    public var buffers: [Buffer]
    /// Traces that are stored as text.
    public var texts: [TraceFileText]
    /// The events, by how many there are.
    public var events: [EventCount]
    /// The probes that the file has formats of, with the number of their events; 0 for one that was never hit.
    public var probes: [TraceProbe: Int]
    /// What the function tracers recorded, by function.
    public var functions: [TracedName: Int]
    /// The events that the file has formats of.
    public var recordable: [TraceEventName]
    /// What the recorder noted.
    public var options: [TraceFileOption]
    /// Events that were lost.
    public var loss: [TraceLoss]
    /// What could not be read: the first hundred errors.
    public var damage: [TraceFileError]
    /// How many errors there were.
    public var damageCount: Int
}

extension TraceFile {
    /// Reads the whole file and counts.
    public func inspect(source: Int = 0) -> TraceFileInspection {
        let clock = TraceFileClock(options, isBigEndian: layout.header.isBigEndian)
        var counts = EventCounts()
        var probes = TraceFileProbes(layout.formats)
        var damage = layout.damage
        var loss: [TraceLoss] = []
        var streams = ringBuffers(source: source)[...]
        let all = [UInt8](repeating: 1, count: EventFormatIndex.ids.count)
        let buffers = buffers.map { buffer in
            let cpus = zip(buffer.cpus, streams).map { cpu, stream in
                let walked = Self.count(stream, all, &counts, &probes)
                loss.append(contentsOf: clock.losses(of: stream))
                damage.append(stream.damage)
                let span = walked.span.map { span in
                    let first = clock.time(span.lowerBound, cpu: cpu.id, instance: buffer.instance)
                    return first...max(first, clock.time(span.upperBound, cpu: cpu.id, instance: buffer.instance))
                }
                return TraceFileInspection.CPU(
                    id: cpu.id, size: cpu.size, pages: stream.pageCount, events: walked.events, span: span)
            }
            streams = streams.dropFirst(buffer.cpus.count)
            return TraceFileInspection.Buffer(
                instance: buffer.instance, clock: buffer.clock, pageSize: buffer.pageSize, cpus: cpus,
                isRecovered: buffer.isRecovered)
        }
        for statistics in TraceFileStatistics.all(options) { statistics.complete(&loss, source: source) }
        let (hits, functions) = probes.probes { symbols(&damage) }
        return TraceFileInspection(
            version: version, isBigEndian: layout.header.isBigEndian, longSize: layout.header.longSize,
            compression: layout.header.compressionName, size: storage.count, buffers: buffers, texts: texts,
            events: eventCounts(counts), probes: hits, functions: functions, recordable: eventNames,
            options: options, loss: loss,
            damage: damage.errors, damageCount: damage.count)
    }

    /// Counts the events of a CPU by number.
    private static func count(
        _ cpu: RingBufferCPU, _ marks: [UInt8], _ counts: inout EventCounts, _ probes: inout TraceFileProbes
    ) -> (events: Int, span: ClosedRange<UInt64>?) {
        var events = 0
        var first: UInt64?
        var last: UInt64 = 0
        marks.withUnsafeBufferPointer { marks in
            guard let marks = marks.baseAddress else { return }
            while let event = cpu.next(marks) {
                counts.count(event.id)
                probes.count(event, of: cpu)
                events += 1
                if first == nil { first = event.time }
                last = event.time
            }
        }
        return (events, first.map { $0...max($0, last) })
    }

    private func eventCounts(_ counts: EventCounts) -> [TraceFileInspection.EventCount] {
        var names: [Int: TraceEventName] = [:]
        for name in eventNames where names[name.id] == nil { names[name.id] = name }
        return counts.ids.map { id in
            TraceFileInspection.EventCount(
                system: names[id]?.system, name: names[id]?.name ?? String(id), count: counts.counts[id])
        }.sorted { ($1.count, $0.system ?? "", $0.name) < ($0.count, $1.system ?? "", $1.name) }
    }
}

/// How many events of each number there are.
private struct EventCounts {
    private(set) var counts = [Int](repeating: 0, count: EventFormatIndex.ids.count)
    /// The numbers that occur.
    private(set) var ids: [Int] = []

    mutating func count(_ id: Int) {
        if counts[id] == 0 { ids.append(id) }
        counts[id] += 1
    }
}
