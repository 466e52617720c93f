import Testing

@testable import kernel_lab

@Suite("Where a machine gets Debian's packages from")
struct AptSourcesTests {
    static let deb822 = """
        Types: deb deb-src
        # a mirror
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates
        Components: main contrib
        Signed-By: /usr/share/keyrings/some.gpg

        Types: deb
        URIs: http://mirror.example/debian-security
        Suites: bookworm-security
        Components: main
        """

    @Test("entries of several lines, and an entry for another suite made of them")
    func ofSeveralLines() {
        let sources = AptSources(AptSources.archives(inDeb822: Self.deb822))
        #expect(
            sources.entry(for: "sid") == """
                Types: deb
                URIs: http://mirror.example/debian
                Suites: sid
                Components: main
                Signed-By: /usr/share/keyrings/some.gpg

                """)
        #expect(sources.entry(for: "bullseye-security")?.contains("debian-security\n") == true)
    }

    @Test("one-line entries, with options and without")
    func ofOneLine() {
        let archives = AptSources.archives(
            inList: """
                # deb http://old.example/debian buster main
                deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main
                deb http://mirror.example/debian-security bookworm-security main
                deb https://elsewhere.example/apt cloud main
                deb-src http://mirror.example/debian bookworm main
                """)
        #expect(
            archives == [
                AptSources.Archive(location: "http://mirror.example/debian", signature: "/k.gpg", isSecurity: false),
                AptSources.Archive(location: "http://mirror.example/debian-security", signature: nil, isSecurity: true),
            ])
    }

    @Test("archives that are not Debian's, or switched off, are of no use")
    func others() {
        let text = """
            Types: deb
            URIs: https://elsewhere.example/node
            Suites: nodistro
            Components: main

            Types: deb
            Enabled: no
            URIs: http://mirror.example/debian
            Suites: bookworm
            Components: main
            """
        #expect(AptSources.archives(inDeb822: text) == [])
        #expect(AptSources([]).entry(for: "sid") == nil)
    }
}
