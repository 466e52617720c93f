/// The Debian archives that a machine's apt sources name.
struct AptSources: Hashable {
    /// An archive: where it is and what signs it.
    struct Archive: Hashable {
        let location: String
        let signature: String?
        /// True for the archive of security updates.
        let isSecurity: Bool
    }

    let archives: [Archive]

    /// Those of this machine.
    static func ofMachine() -> AptSources {
        let directory = "/etc/apt/sources.list.d"
        let files = ["/etc/apt/sources.list"] + Files.names(in: directory).map { "\(directory)/\($0)" }
        return AptSources(
            files.flatMap { file -> [Archive] in
                guard let text = Files.read(file) else { return [] }
                return file.hasSuffix(".sources") ? archives(inDeb822: text) : archives(inList: text)
            })
    }

    init(_ archives: [Archive]) { self.archives = archives }

    /// The entry for a suite, in the deb822 form; nil if the machine names no archive of that kind.
    func entry(for suite: String) -> String? {
        guard let archive = archives.first(where: { $0.isSecurity == suite.hasSuffix("-security") }) else { return nil }
        return """
            Types: deb
            URIs: \(archive.location)
            Suites: \(suite)
            Components: main
            \(archive.signature.map { "Signed-By: \($0)\n" } ?? "")
            """
    }

    /// One-line entries: `deb [signed-by=...] LOCATION SUITE main`.
    static func archives(inList text: String) -> [Archive] {
        text.split(separator: "\n").compactMap { line in
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard words.first == "deb" else { return nil }
            words.removeFirst()
            var signature: String?
            if words.first?.hasPrefix("[") == true {
                let end = words.firstIndex { $0.hasSuffix("]") } ?? 0
                let options = words[...end].joined(separator: " ").filter { $0 != "[" && $0 != "]" }
                signature = options.split(separator: " ").first { $0.hasPrefix("signed-by=") }
                    .map { String($0.dropFirst("signed-by=".count)) }
                words.removeFirst(end + 1)
            }
            guard words.count >= 3 else { return nil }
            return archive(words[0], [words[1]], Array(words[2...]), signature)
        }
    }

    /// Entries of several lines with names of fields.
    static func archives(inDeb822 text: String) -> [Archive] {
        paragraphs(text).compactMap { fields in
            guard fields["Types", default: ""].split(separator: " ").contains("deb"),
                fields["Enabled"]?.lowercased() != "no",
                let location = fields["URIs"]?.split(separator: " ").first.map(String.init)
            else { return nil }
            let words = { (name: String) in fields[name, default: ""].split(separator: " ").map(String.init) }
            return archive(location, words("Suites"), words("Components"), fields["Signed-By"])
        }
    }

    /// Debian calls its suites so since 2011; other distributions do not have them.
    private static let codenames: Set<String> = [
        "bullseye", "bookworm", "trixie", "forky", "sid", "unstable", "testing", "stable", "oldstable",
    ]

    private static func archive(
        _ location: String, _ suites: [String], _ components: [String], _ signature: String?
    ) -> Archive? {
        guard components.contains("main"),
            let suite = suites.first(where: { suite in
                codenames.contains { suite == $0 || suite.hasPrefix($0 + "-") || suite.hasPrefix($0 + "/") }
            })
        else { return nil }
        return Archive(
            location: location, signature: signature,
            isSecurity: suite.hasSuffix("-security") || suite.hasSuffix("/updates"))
    }

    private static func paragraphs(_ text: String) -> [[String: String]] {
        var paragraphs: [[String: String]] = [[:]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) {
                paragraphs.append([:])
            } else if !line.hasPrefix("#"), let colon = line.firstIndex(of: ":"), !line.hasPrefix(" ") {
                paragraphs[paragraphs.count - 1][String(line[..<colon])] = line[line.index(after: colon)...].trimmed
            }
        }
        return paragraphs.filter { !$0.isEmpty }
    }
}
