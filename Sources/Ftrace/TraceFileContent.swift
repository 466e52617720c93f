/// What a `trace.dat` holds, taken apart: for tools that write one.
package struct TraceFileContent: Sendable {
    /// The ring buffer pages of a CPU, whole.
    package struct CPU: Sendable {
        package var id: Int
        package var pages: [UInt8]

        package init(id: Int, pages: [UInt8]) {
            self.id = id
            self.pages = pages
        }
    }

    /// A ring buffer.
    package struct Buffer: Sendable {
        package var instance: String
        package var clock: String
        package var pageSize: Int
        package var cpus: [CPU]

        package init(instance: String, clock: String, pageSize: Int, cpus: [CPU]) {
            self.instance = instance
            self.clock = clock
            self.pageSize = pageSize
            self.cpus = cpus
        }
    }

    package var isBigEndian: Bool
    package var longSize: Int
    package var pageSize: Int
    /// The parts that describe the trace, as version 6 stores them one after the other.
    package var sections: [TraceFilePart: [UInt8]]
    /// The options that hold text.
    package var options: [(id: Int, bytes: [UInt8])]
    package var buffers: [Buffer]

    package init(
        isBigEndian: Bool, longSize: Int, pageSize: Int, sections: [TraceFilePart: [UInt8]],
        options: [(id: Int, bytes: [UInt8])], buffers: [Buffer]
    ) {
        self.isBigEndian = isBigEndian
        self.longSize = longSize
        self.pageSize = pageSize
        self.sections = sections
        self.options = options
        self.buffers = buffers
    }

    /// Takes a file apart.
    package init(_ file: TraceFile) throws(TraceFileError) {
        let layout = file.layout
        isBigEndian = layout.header.isBigEndian
        longSize = layout.header.longSize
        pageSize = layout.header.pageSize
        options = layout.options.filter { $0.text != nil }.map { ($0.id, $0.bytes) }
        sections = [:]
        for (part, section) in layout.sections {
            var cursor = try section.open(file.storage, layout.header)
            sections[part] = try cursor.bytes(cursor.remaining)
        }
        buffers = layout.buffers.map { buffer in
            let cpus = buffer.cpus.map { cpu in
                let pages = RingBufferPages(
                    file.storage, buffer, cpu, layout.header, memory: ChunkMemory(), windowSize: 1 << 18)
                var bytes: [UInt8] = []
                while let page = pages.next() { bytes.append(contentsOf: page.bytes) }
                return CPU(id: cpu.id, pages: bytes)
            }
            return Buffer(
                instance: buffer.instance ?? "", clock: buffer.clock ?? "local", pageSize: buffer.pageSize, cpus: cpus)
        }
    }
}
