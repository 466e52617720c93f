/// The names of the tasks, by the recorder's copy of `saved_cmdlines`.
struct TaskNames {
    private var names: [Int: String] = [0: "<idle>"]

    /// Reads lines of a pid, a blank and a comm, which may hold blanks.
    init(savedCommandLines text: ArraySlice<UInt8>) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")),
                let pid = Int(String(decoding: line[..<blank], as: UTF8.self))
            else { continue }
            let name = String(decoding: line[(blank + 1)...].prefix { $0 != 0 }, as: UTF8.self)
            if names[pid] == nil { names[pid] = name }
        }
    }

    /// The name of a task; `<...>` for one that the kernel had forgotten.
    func name(of pid: Int) -> String { names[pid] ?? "<...>" }
}
