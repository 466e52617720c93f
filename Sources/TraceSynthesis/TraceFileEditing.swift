package import Ftrace

extension TraceFileContent {
    /// Leaves of kallsyms only the lines that a rule keeps.
    package mutating func keepSymbols(_ isKept: (ArraySlice<UInt8>) -> Bool) {
        guard let section = sections[.symbols] else { return }
        var text: [UInt8] = []
        for line in section.dropFirst(4).split(separator: UInt8(ascii: "\n")) where isKept(line) {
            text += line + [UInt8(ascii: "\n")]
        }
        let size = isBigEndian ? UInt32(text.count).bigEndian : UInt32(text.count).littleEndian
        sections[.symbols] = withUnsafeBytes(of: size) { Array($0) } + text
    }

    /// Has each CPU record its pages `copies` times, one run after the other, as if the machine had done the same again
    /// and again.
    package mutating func repeatPages(_ copies: Int) {
        for buffer in buffers.indices {
            let pageSize = buffers[buffer].pageSize
            let times = buffers[buffer].cpus.flatMap { cpu in
                stride(from: 0, to: cpu.pages.count, by: pageSize).map { Self.time(cpu.pages, $0, isBigEndian) }
            }
            guard let first = times.min(), let last = times.max() else { continue }
            // The last page lasts too.
            let span = (last - first) / UInt64(times.count) * UInt64(times.count + 4) + 1_000_000
            for cpu in buffers[buffer].cpus.indices {
                let pages = buffers[buffer].cpus[cpu].pages
                var all: [UInt8] = []
                all.reserveCapacity(pages.count * copies)
                for copy in 0..<copies {
                    let start = all.count
                    all += pages
                    for page in stride(from: start, to: all.count, by: pageSize) {
                        Self.setTime(&all, page, Self.time(all, page, isBigEndian) + span * UInt64(copy), isBigEndian)
                    }
                }
                buffers[buffer].cpus[cpu].pages = all
            }
        }
    }

    private static func time(_ pages: [UInt8], _ page: Int, _ isBigEndian: Bool) -> UInt64 {
        let bytes = pages[page..<page + 8]
        return (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func setTime(_ pages: inout [UInt8], _ page: Int, _ time: UInt64, _ isBigEndian: Bool) {
        for index in 0..<8 {
            let shift = 8 * (isBigEndian ? 7 - index : index)
            pages[page + index] = UInt8(truncatingIfNeeded: time >> UInt64(shift))
        }
    }
}
