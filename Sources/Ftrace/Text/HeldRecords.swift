/// Records that the next lines may still add to: a stack, or the rest of a message. They leave in the order in which they came.
struct HeldRecords {
    private struct Held {
        var record: TraceRecord
        /// No line of its CPU has come since.
        var isOpen: Bool
        /// The last line that added to it.
        var line: Int
    }

    private var held: [Held] = []

    /// A CPU that stays silent must not hold up the others for long.
    private static let patience = 256
    /// Longer messages are cut; a message of the kernel is shorter.
    private static let longestText = 65_536
    /// The kernel records no deeper stacks by default.
    private static let deepestStack = 1024

    var isEmpty: Bool { held.isEmpty }

    mutating func append(_ record: TraceRecord, line: Int) {
        held.append(Held(record: record, isOpen: true, line: line))
    }

    /// An event of a CPU has come: what stands before it is complete.
    mutating func close(cpu: Int?, line: Int) {
        for index in held.indices
        where held[index].record.cpu == cpu || line - held[index].line > Self.patience {
            held[index].isOpen = false
        }
    }

    mutating func closeAll() {
        for index in held.indices { held[index].isOpen = false }
    }

    /// A line that is no event has come.
    mutating func tick(line: Int) {
        for index in held.indices where line - held[index].line > Self.patience { held[index].isOpen = false }
    }

    /// The line of the record that a CPU's stack belongs to: the CPU's last event.
    func lastOpen(cpu: Int?) -> Int? {
        held.last { $0.isOpen && $0.record.cpu == cpu }?.record.place.line
    }

    /// The line of the last record.
    var last: Int? { held.last?.record.place.line }

    /// Adds a function to the stack of the record of a line.
    mutating func addToStack(_ place: Int, _ function: String, line: Int) {
        guard let index = held.lastIndex(where: { $0.record.place.line == place }),
            held[index].record.stack.count < Self.deepestStack
        else { return }
        held[index].record.stack.append(function)
        held[index].line = line
    }

    /// Adds a line to the message of the last record.
    mutating func continueLast(_ text: String, line: Int) {
        guard let index = held.indices.last else { return }
        held[index].line = line
        let known = held[index].record.text ?? ""
        guard known.utf8.count + text.utf8.count < Self.longestText else { return }
        held[index].record.text = known + "\n" + text
        if let field = held[index].record.fields.indices.last,
            case .text(let value) = held[index].record.fields[field].value
        {
            held[index].record.fields[field].value = .text(value + "\n" + text)
        }
    }

    /// Hands over the records that nothing can be added to any more.
    mutating func drain(_ each: (TraceRecord) -> Void) {
        var done = 0
        while done < held.count, !held[done].isOpen {
            each(held[done].record)
            done += 1
        }
        if done > 0 { held.removeFirst(done) }
    }
}
