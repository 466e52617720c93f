/// Which functions the events of a `trace.dat` were about: those of its probes, and those that the function tracers met.
struct TraceFileProbes {
    /// An event whose records hold the address of a function.
    private struct Event {
        var name: String
        /// nil for one of the function tracers.
        var isReturn: Bool
        var isProbe: Bool
        var offset: Int
        var size: Int
    }

    /// A damaged file may hold any addresses: so many are told apart.
    private static let mostAddresses = 1 << 14
    private static let recentBits: UInt64 = 10

    private struct Key: Hashable {
        var id: Int
        var address: UInt64
    }

    private var events: [Int: Event] = [:]
    /// A byte for each number that a record can bear: 1 if it is one of `events`.
    private var marks = [UInt8](repeating: 0, count: EventFormatIndex.ids.count)
    /// The indices of what was met last, by a few bits of the key.
    private var recent = [Int](repeating: -1, count: 1 << recentBits)
    private var indices: [Key: Int] = [:]
    private var counts: [(key: Key, count: Int)] = []

    init(_ formats: EventFormatIndex) {
        // Of two formats with one number the first counts.
        for index in formats.formatsThatMayNameFunctions() {
            let id = formats.names[index].id
            guard events[id] == nil, let event = (try? formats.format(index)).flatMap(Self.event) else { continue }
            events[id] = event
            marks[id] = 1
        }
    }

    private static func event(_ format: EventFormat) -> Event? {
        let kinds: [(field: String, isReturn: Bool)] =
            switch (format.system, format.name) {
            case ("ftrace", "function"): [("ip", false)]
            case ("ftrace", "funcgraph_entry"), ("ftrace", "fgraph_retaddr_entry"): [("func", false)]
            case ("ftrace", "funcgraph_exit"): [("func", true)]
            case ("ftrace", _): []
            default: [("__probe_ip", false), ("__probe_func", true)]
            }
        for kind in kinds {
            guard let field = format.fields.first(where: { $0.name == kind.field }) else { continue }
            return Event(
                name: format.name, isReturn: kind.isReturn, isProbe: format.system != "ftrace", offset: field.offset,
                size: field.size)
        }
        return nil
    }

    /// Takes an event that a CPU has just given.
    @inline(__always)
    mutating func count(_ event: RingBufferEvent, of cpu: RingBufferCPU) {
        if marks[event.id] != 0 { countFunction(event, of: cpu) }
    }

    private mutating func countFunction(_ record: RingBufferEvent, of cpu: RingBufferCPU) {
        guard let event = events[record.id],
            let address = cpu.payload(record).integer(at: event.offset, size: event.size)
        else { return }
        let key = Key(id: record.id, address: address)
        let hash = (address &+ UInt64(record.id)) &* 0x9E37_79B9_7F4A_7C15
        let slot = Int(hash >> (64 - Self.recentBits))
        let known = recent[slot]
        if known >= 0, counts[known].key == key {
            counts[known].count += 1
        } else if let index = indices[key] {
            counts[index].count += 1
            recent[slot] = index
        } else if counts.count < Self.mostAddresses {
            recent[slot] = counts.count
            indices[key] = counts.count
            counts.append((key, 1))
        }
    }

    /// The probes, also those that were never hit, with the number of their events.
    func probes(_ symbols: () -> SymbolTable) -> (probes: [TraceProbe: Int], functions: [TracedName: Int]) {
        var probes: [TraceProbe: Int] = [:]
        var functions: [TracedName: Int] = [:]
        let table = counts.isEmpty ? nil : symbols()
        var hit: Set<Int> = []
        for (key, count) in counts {
            guard let event = events[key.id] else { continue }
            hit.insert(key.id)
            let place = table?.symbol(at: key.address)
            let isInside = place.map { $0.offset > TraceProbe.entryLength } ?? false
            if event.isProbe {
                let point: TraceProbe.Point = event.isReturn ? .functionReturn : isInside ? .inside : .entry
                let probe = TraceProbe(event: event.name, function: place?.symbol.name, point: point)
                probes[probe, default: 0] += count
            } else if let place, !isInside {
                let kind: TraceRecord.Kind = event.isReturn ? .functionReturn : .functionEntry
                functions[TracedName(kind: kind, name: place.symbol.name), default: 0] += count
            }
        }
        for (id, event) in events where event.isProbe && !hit.contains(id) {
            let point: TraceProbe.Point = event.isReturn ? .functionReturn : .entry
            probes[TraceProbe(event: event.name, function: nil, point: point), default: 0] += 0
        }
        return (probes, functions)
    }
}
