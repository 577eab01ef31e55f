/**
 * The key with which Tailscale Inc. signs its package repositories, as it hands it out at
 * https://pkgs.tailscale.com/stable/debian/bookworm.noarmor.gpg.
 * Fingerprint 2596A99EAAB33821893C0A79458CA832957F5868; a test works it out of these bytes.
 */
export const tailscaleKey = (): Uint8Array =>
  Buffer.from(
    [
      'mQINBF5UmbgBEADAA5mxC8EoWEf53RVdlhQJbNnQW7fctUA5yNcGUbGGGTk6XFqOnlek0Us0FAl5KVBgcS0Bj+VSwKVI/wx91tnA',
      'WI36CHeMyPTawdT4FTcS2jZMHbcNUMqM1mcGs3wEQmKz795lfy2cQdVktc886aAF8hy1GmZDSs2zcGMvq5KCNPuX3DD5INPumZqR',
      'TjwSwlGptUZrJpKWH4KvuGr5PSy/NzC8uSCuhLbFJc1Q6dQGKlQxwh+qAF4uQ1+bdy92GHiFsCMi7q43hiBg5J9r55M/skboXkNB',
      'lS6kFviP+PADHNZe5Vw00ERtD/HzYb3cH5YneZuYXvnJq2/XjaN6OwkQXuqQpusB5fhIyLXE5ZqNlwBzX71S779tIyjShpPXf1HE',
      'VxNO8TdVncx/7Zx/FSdwUJm4PMYQmnwBIyKlYWlV2AGgfxFkmt2VexyS5s4YA1POuyiwW0iH1Ppp9X14KtOfNimBa0yEzgW3CHTE',
      'g55MNZup6k2QmRGtRjeqM5cjrq/Ix15hISmgbZogPRkhz/tcalK38WWAR4h3N8eIoPasLr9i9OVe8aqsyXefCrziaiJczA0kCqho',
      'ryUUtceMgvaHl+lIPwyW0XWwj+0q45qzjLvKet+VQ8oKLT1nMr/whgeSJi99f/jE4sWIbHZ0wwR02ZCikKnS05arl3v+hiBKPQAR',
      'AQABtERUYWlsc2NhbGUgSW5jLiAoUGFja2FnZSByZXBvc2l0b3J5IHNpZ25pbmcga2V5KSA8aW5mb0B0YWlsc2NhbGUuY29tPokC',
      'TgQTAQgAOBYhBCWWqZ6qszghiTwKeUWMqDKVf1hoBQJeVJm4AhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEEWMqDKVf1ho',
      'WHEP/1DYd9WZrodyV5zy1izvj0FXtUReJi374gDn3cHrG6uYtXcE9HWZhxQD6nDgYuey5sBhLvPQiE/sl5GYXNw/O95XVk8HS54B',
      'HCCYq1GeYkZaiCGLGFBA08JK7PZItGsfdJHwHfhSMtGPS7Cpmylje9gh8ic56NAhC7c5tGTlD69Y8zGHjnRQC6HgwF34jdp8JTQp',
      'SctpmiOxOXN+eH8N59zb0k30CUym1Am438AR0PI6RBTnubBH+XsceQhLJnmJ1bM6GP4agXw5T1G/qp95gjIddHXzOkEvrpVfJFCt',
      'p91VIlBwycspKYVp1IKAdPM6CVf/YoDkawwm4y4OcmvNarA5dhWBG0Xqse4v1dlYbiHIFcDzXuMyrHYsD2Wg8Hx8TD64uBHY0fp2',
      '4nweCLnaZCckVUsnYjb0A494lgwveswbZeZ6JC5SbDKHTc2SE4jq+fsEEJsqsdHIC04d+pMXI95HinJHU1SLBTeKLvEF8Zuk7RTJ',
      'yaUTjs7hNe+xWDmRjjR/D/GXBxNrM9mEq6Jvp/ilYTdWwAyrSmTdotHb+NWjAGpJWj5AZCH9HeBr2mtVhvTu3KtCQmGpRiR18zMb',
      'memRXUh+IX5hpWGzynhtnSt7vXOvhJdqqc1DVennRMQZMb09wJjPcvLIApUMl69r29XmyB59NM3UggK/UCJrpYfmuQINBF5UmbgB',
      'EADTSKKyeF3XWDxm3x67MOv1Zm3ocoe5xGDRApPkgqEMA+7/mjVlahNXqA8btmwMz1BH5+trjOUoohFqhr9FPPLuKaS/pE7BBP38',
      'KzeA4KcTiEq5FQ4JzZAIRGyhsAr+6bxcKV/tZirqOBQFC7bH2UAHH7uIKHDUbBIDFHjnmdIzJ5MBPMgqvSPZvcKWm40gW+LWMGoS',
      'MH1Uxd+BvW74509eezL8p3ts42txVNvWMSKDkpiCRMBhfcf5c+YFXWbur5qus2mnVw0hIyYTUdRZIkOcYBalBjewVmGuSIISnUv7',
      '6vHz133i0zh4JcXHUDqcyLBUgVWckqci32ahy3jc4MdilPeAnjJQcpJVBtMUNTZ4KM7UxLmOa5hYwvooliFJwUFPB+1ZwN8d+Ly1',
      '2gRKf8qA/iL8M5H4nQrML2dRJ8NKzP2U73Fw+n6S1ngrDX8kTPhQBq4EDjDyX7SW3Liemj5BCuWJAo53/2cL9P9I5Nu3i2pLJOHz',
      'jBSXxWaMMmtikopArlSMWMdsGgb0xYX+aSV7xW+tefYZJY1AFJ1x2ZgfIc+4zyuXnHYA2jVYLAfFpApqwwn8JaTJWNhny/OtAss7',
      'XV/WuTEOMWXaTO9nyNmHla9KjxlBkDJG9sCcgYMgaCAnoLRUABCWatxPly9ZlVbIPPzBAr8VN/TEUbceAH0nIwARAQABiQI2BBgB',
      'CAAgFiEEJZapnqqzOCGJPAp5RYyoMpV/WGgFAl5UmbgCGwwACgkQRYyoMpV/WGji9w/8Di9yLnnudvRnGLXGDDF2DbQUiwlNeJtH',
      'PHH4B9kKRKJDH1Rt5426Lw8vAumDpBlREeuT6/YQU+LSapWoDzNcmDLzoFP7RSQaB9aL/nJXv+VjlsVH/crpSTTgGDs8qGsLO3Y2',
      'U1Gjo5uMBoOfXwS8o1VWO/5eUwS0KH7hpbOuZcf9U9l1VD2YpGfnMwX1rnreINJqseQAUL3oyNl76gRzyuyQ4AIA06r40hZDgybH',
      '0ADN1JtfVk8z4ofo/GcfoXqmhifWJa2SwwHeijhdN1T/kG0FZFHs1DBuBYJG3iJ3/bMeL15j1OjncIYIYccdoEUduHnp4+ZYj5kN',
      'D0DFziTvOC4WyPpv3BlBVariPzEnEqnhjx5RYwMabtTXoYJwUkxX2gAjKqh2tXissChdwDGRNASSDrChHLkQewx+SxT5kDaOhB84',
      'ZDnp+urn9A+clLkNlZMsMQUObaRW68uybSbZSmIWFVM1GovRMgrPG3T6PAykQhFyE/kMFrv5KpPh7jDj5JwzQkxLkFMcZDdS43Vy',
      'mKEggxqtM6scIRU55i059fLPAVXJG5in1WhMNsmt49lbKqB6je3plIWOLSPuCJ/kR9xdFp7Qk88GCXEd0+4z/vFn4hoOr85NXFtx',
      'hS8k9GfJmM/ZfUq7YmHR+Rswe0zrrCwTDdePjGMo9cHpd39jCvc=',
    ].join(''),
    'base64',
  );
