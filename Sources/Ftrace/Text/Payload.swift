/// What stands behind the head of a line: whose text it is, and where that text begins.
struct Payload {
    var spelling = NameTable.Spelling.event
    /// `module` in perf's `module:module_load`; empty in other formats.
    var system = 0..<0
    var name = 0..<0
    /// The module of a function: `pre_patch_callback [livepatch_sample]`; empty for the kernel's own.
    var module = 0..<0
    /// Where the text begins.
    var text = 0

    /// The width of the column in which trace-cmd writes an event's name and its colon.
    private static let nameColumn = 22

    /// Reads what begins at a position; nil if it has not the form of an event.
    @inline(__always)
    static func parse(_ line: Span<UInt8>, at start: Int, _ format: TextTraceFormat) -> Payload? {
        var payload = Payload()
        var position = start
        line.skipBlanks(&position)
        if format == .traceCmd || format == .traceCmdLatency { line.skipDelta(&position) }
        if format == .perfScript { line.skipPeriod(&position) }
        let name = position
        while line.byte(position).isSymbol { position += 1 }
        guard position > name else { return nil }
        payload.name = name..<position
        line.skipOffset(&position)
        switch line.byte(position) {
        case UInt8(ascii: ":"):
            if format == .perfScript { return payload.takeEventOfPerf(line, position) }
            payload.takeText(line, behind: position + 1, format)
            return payload
        case UInt8(ascii: "("):
            return payload.takeArguments(line, position)
        case 0x20:
            return payload.takeArrow(line, position)
        default:
            return nil
        }
    }

    private mutating func takeText(_ line: Span<UInt8>, behind colon: Int, _ format: TextTraceFormat) {
        var position = colon
        if line.byte(position) == 0x20 { position += 1 }
        if format.alignsText {
            let column = name.lowerBound + Self.nameColumn
            while position < column, line.byte(position) == 0x20 { position += 1 }
        }
        text = min(position, line.count)
    }

    /// `module:module_load: text`. Only trace events have a system.
    private func takeEventOfPerf(_ line: Span<UInt8>, _ colon: Int) -> Payload? {
        var payload = self
        var position = colon + 1
        let start = position
        while line.byte(position).isSymbol { position += 1 }
        if position > start, line.byte(position) == UInt8(ascii: ":") {
            payload.system = name
            payload.name = start..<position
            payload.takeText(line, behind: position + 1, .perfScript)
        } else {
            payload.takeText(line, behind: colon + 1, .perfScript)
        }
        return payload
    }

    /// `sys_finit_module(fd: 3, ...)`, and functions whose arguments are shown: `klp_enable_patch(patch=0xff...) <-init`.
    private func takeArguments(_ line: Span<UInt8>, _ open: Int) -> Payload? {
        var payload = self
        payload.text = open
        if line.has("sys_", at: name.lowerBound) {
            payload.spelling = .syscallEntry
            return payload
        }
        guard line.find(") <-", from: open) != nil else { return nil }
        payload.spelling = .function
        return payload
    }

    /// `function <-caller`, `function [module] <-caller`, `sys_finit_module -> 0x0`.
    private func takeArrow(_ line: Span<UInt8>, _ blank: Int) -> Payload? {
        var payload = self
        var position = blank + 1
        if line.skip("-> ", &position) {
            guard line.has("sys_", at: name.lowerBound) else { return nil }
            payload.spelling = .syscallExit
            payload.text = position
            return payload
        }
        payload.module = line.module(&position)
        guard line.has("<-", at: position) else { return nil }
        payload.spelling = .function
        payload.text = position
        return payload
    }

    /// `function`, `function <-- caller`, ` ip=function parent_ip=caller`: how trace-cmd writes what the function tracer recorded.
    static func functionOfTraceCmd(_ line: Span<UInt8>, at start: Int) -> Payload? {
        var position = start
        line.skipBlanks(&position)
        _ = line.skip("ip=", &position)
        guard var payload = function(line, &position) else { return nil }
        line.skipBlanks(&position)
        payload.text = position
        return payload
    }

    /// A function as the kernel writes it: `pre_patch_callback [livepatch_sample]`.
    func location(_ line: Span<UInt8>) -> String {
        module.isEmpty ? line.text(name) : "\(line.text(name)) [\(line.text(module))]"
    }

    /// `function` or `function [module]`.
    static func function(_ line: Span<UInt8>, _ position: inout Int) -> Payload? {
        var payload = Payload()
        payload.spelling = .function
        let start = position
        while line.byte(position).isSymbol { position += 1 }
        guard position > start else { return nil }
        payload.name = start..<position
        line.skipOffset(&position)
        var next = position
        line.skipBlanks(&next)
        payload.module = line.module(&next)
        if !payload.module.isEmpty { position = next }
        payload.text = position
        return payload
    }
}

extension Span where Element == UInt8 {
    /// `[module]` and the blanks behind it; an empty range if there is none.
    func module(_ position: inout Int) -> Range<Int> {
        var next = position
        guard skip(byte: "[", &next) else { return 0..<0 }
        let start = next
        while byte(next).isSymbol || byte(next) == UInt8(ascii: "-") { next += 1 }
        let end = next
        guard end > start, skip(byte: "]", &next) else { return 0..<0 }
        skipBlanks(&next)
        position = next
        return start..<end
    }

    /// `+0x4/0x90` behind a function: the option sym-offset.
    func skipOffset(_ position: inout Int) {
        var next = position
        guard skip("+0x", &next), hexadecimal(&next) != nil else { return }
        position = next
        if skip("/0x", &next), hexadecimal(&next) != nil { position = next }
    }

    /// `(+228911) `, which `trace-cmd report --ts-diff` writes before the name.
    func skipDelta(_ position: inout Int) {
        var next = position
        guard skip("(+", &next), integer(&next) != nil, skip(byte: ")", &next) else { return }
        skipBlanks(&next)
        position = next
    }

    /// The number of events that perf may write before the name.
    func skipPeriod(_ position: inout Int) {
        var next = position
        guard integer(&next) != nil, skipBlanks(&next) > 0 else { return }
        position = next
    }
}
